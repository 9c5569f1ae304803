import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { socketDirectory } from '../../../guest-agent/testing/test-socket.ts';
import type { BuildEvent } from '../../api/builds.ts';
import { ProjectEngine } from '../compose/testing/project-engine.ts';
import { createCredentialStore } from '../credentials/store.ts';
import { createEngineClient } from '../engine/connection/http-client.ts';
import { createBuildHistory } from './history.ts';
import { type BuildHost, runBuild } from './run-build.ts';

let engine: ProjectEngine;
let host: BuildHost;
let directory: string;
let events: BuildEvent[];

beforeEach(async () => {
  engine = await ProjectEngine.start();
  const root = socketDirectory(engine.socket);
  directory = join(root, 'app');
  await mkdir(directory);
  await writeFile(join(directory, 'Dockerfile'), 'FROM busybox\n\nRUN make\nRUN test\n');
  events = [];
  host = {
    engine: createEngineClient(engine.socket),
    credentials: createCredentialStore(join(root, 'config.json')),
    builds: createBuildHistory(join(root, 'builds'), 2),
  };
});

afterEach(() => engine.close());

const run = (signal = new AbortController().signal) =>
  runBuild(host, { directory, tag: 'app' }, (event) => events.push(event), signal);

const STEPS = [
  { stream: 'Step 1/3 : FROM busybox\n' },
  { stream: ' ---> 3cc6b8c8859a\n' },
  { stream: 'Step 2/3 : RUN make\n' },
  { stream: ' ---> Using cache\n' },
  { stream: 'Step 3/3 : RUN test\n' },
  { stream: ' ---> Running in 0123456789ab\n' },
  { stream: 'one test\n' },
];

it('tells the steps, with their lines and what they wrote, and keeps a record', async () => {
  engine.buildMessages = [...STEPS, { aux: { ID: 'sha256:1' } }];
  await run();
  const [summary] = await host.builds.list();
  expect(summary).toMatchObject({ result: 'built', imageId: 'sha256:1', request: { tag: 'app' } });
  expect(events.at(-1)).toEqual({ type: 'ended', record: summary });
  const { steps } = await host.builds.read(summary?.id ?? '');
  expect(steps).toMatchObject([
    { number: 1, total: 3, instruction: 'FROM busybox', line: 1, state: 'done', output: '' },
    { number: 2, instruction: 'RUN make', line: 3, state: 'cached' },
    { number: 3, instruction: 'RUN test', line: 4, state: 'done', output: 'one test\n' },
  ]);
});

it('names the line of the step that failed', async () => {
  const message = "The command '/bin/sh -c test' returned a non-zero code: 1";
  engine.buildMessages = [...STEPS, { errorDetail: { code: 1, message }, error: message }];
  await run();
  expect((await host.builds.list())[0]).toMatchObject({
    result: 'failed',
    failure: { message, line: 4 },
  });
});

it('keeps a record of a build that did not even begin', async () => {
  await runBuild(
    host,
    { directory: '/nowhere' },
    (event) => events.push(event),
    AbortSignal.timeout(5000),
  );
  expect((await host.builds.list())[0]?.failure?.message).toContain('"/nowhere" not found');
});

it('keeps a record of a build that was cancelled', async () => {
  await run(AbortSignal.abort());
  expect(await host.builds.list()).toMatchObject([{ result: 'cancelled' }]);
});

it('forgets the oldest', async () => {
  for (let count = 0; count < 3; count++) await run();
  const kept = await host.builds.list();
  expect(kept).toHaveLength(2);
  await host.builds.remove(kept[0]?.id ?? '');
  expect(await host.builds.list()).toEqual([kept[1]]);
});
