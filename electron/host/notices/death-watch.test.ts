import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FakeEngine } from '../../../guest-agent/testing/fake-engine/fake-engine.ts';
import { createEngineClient } from '../engine/connection/http-client.ts';
import { createContainer } from '../engine/containers.ts';
import { DeathWatch } from './death-watch.ts';

const MINUTE = 60_000;

let engine: FakeEngine;
let deaths: DeathWatch;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  engine = await FakeEngine.start([]);
  await engine.addImage('busybox');
  deaths = new DeathWatch(createEngineClient(engine.socket));
});

afterEach(async () => {
  vi.useRealTimers();
  await engine.close();
});

async function containerWith(settings: object): Promise<() => Promise<string | undefined>> {
  const client = createEngineClient(engine.socket);
  const { Id } = await createContainer(client, { Image: 'busybox', ...settings }, { name: 'web' });
  const see = (Action: string, attributes: Record<string, string> = {}) => {
    const Attributes = { name: 'web', image: 'busybox', ...attributes };
    const Actor = { ID: Id, Attributes };
    return deaths.see({ Type: 'container', Action, Actor, time: 0, timeNano: 0 });
  };
  return async () => {
    await see('start');
    return (await see('die', { exitCode: '3' }))?.title;
  };
}

test('a container that crashes again and again gives two notices, until it has recovered', async () => {
  const die = await containerWith({ HostConfig: { RestartPolicy: { Name: 'unless-stopped' } } });
  const titles = [];
  for (let count = 0; count < 6; count += 1) {
    titles.push(await die());
    vi.setSystemTime(Date.now() + MINUTE);
  }
  expect(titles.filter((title) => title !== undefined)).toEqual([
    'web exited with code 3',
    'web keeps exiting with code 3',
  ]);
  vi.setSystemTime(Date.now() + 11 * MINUTE);
  expect(await die()).toBe('web exited with code 3');
});

test('a container that only the user starts again gives a notice each time', async () => {
  const die = await containerWith({});
  expect([await die(), await die()]).toEqual(['web exited with code 3', 'web exited with code 3']);
});
