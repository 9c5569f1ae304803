import { afterEach, beforeEach, expect, it } from 'vitest';
import type { EngineClient } from '../engine/connection/client.ts';
import { createEngineClient } from '../engine/connection/http-client.ts';
import { listContainers } from '../engine/containers.ts';
import { ScreenEngine } from '../screen/testing/screen-engine.ts';
import { renewContainer } from './renew.ts';

let engine: ScreenEngine;
let client: EngineClient;
let web: string;

beforeEach(async () => {
  engine = await ScreenEngine.start();
  client = createEngineClient(engine.socket);
  await engine.pullImage('alpine:3.22');
  web = await engine.runContainer({ image: 'alpine:3.22', name: 'web' });
  engine.publishNewer('alpine:3.22');
});

afterEach(() => engine.close());

async function renew(stopAt?: string) {
  const gone = new AbortController();
  const options = { auth: async () => ({}), signal: gone.signal, trial: 20 };
  const steps = [];
  for await (const event of renewContainer(client, web, options)) {
    if (event.step === stopAt) gone.abort();
    if (event.step !== 'pull') steps.push(event);
  }
  return steps;
}

const containers = async () =>
  (await listContainers(client, { all: true })).map(({ Id, Names, State }) => ({
    ...{ id: Id, name: Names[0], state: State },
  }));

it('puts a container of the newer image in the place of the old one', async () => {
  const steps = await renew();
  const [only, ...others] = await containers();
  expect(others).toEqual([]);
  expect(only).toMatchObject({ name: '/web', state: 'running' });
  expect(only?.id).not.toBe(web);
  expect(steps).toEqual([
    { step: 'create' },
    { step: 'replace' },
    { step: 'done', id: only?.id, renewed: true },
  ]);
});

it('does not start what did not run', async () => {
  await engine.exitContainer(web, 0);
  await renew();
  expect(await containers()).toMatchObject([{ name: '/web', state: 'created' }]);
});

it.each(['pull', 'create', 'replace'])(
  'leaves all as it was when cancelled at %s',
  async (step) => {
    await expect(renew(step)).rejects.toThrow();
    expect(await containers()).toEqual([{ id: web, name: '/web', state: 'running' }]);
  },
);

it('refuses what could not be put back', async () => {
  const image = 'alpine:3.22';
  web = await engine.addContainer({ image, name: 'once', hostConfig: { AutoRemove: true } });
  await expect(renew()).rejects.toThrow('once is removed when it stops');
});
