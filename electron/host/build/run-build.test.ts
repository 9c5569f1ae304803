import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { dockerfileError } from '../../../guest-agent/buildkit/frontend/dockerfile-error.ts';
import { EngineError } from '../../../guest-agent/errors.ts';
import { socketDirectory } from '../../../guest-agent/testing/test-socket.ts';
import type { BuildEvent, BuildRequest, BuildStep } from '../../api/builds.ts';
import { watchHistory } from '../buildkit/build-history.ts';
import { StandInBuildkit } from '../buildkit/testing/stand-in-buildkit.ts';
import { createCredentialStore } from '../credentials/store.ts';
import { createEngineClient } from '../engine/connection/http-client.ts';
import { type ScriptedEngine, startScriptedEngine } from '../engine/testing/scripted-engine.ts';
import { followBuild } from './follow-build.ts';
import { type BuildHost, runBuild } from './run-build.ts';
import { buildSummary } from './summary.ts';

const TEXT = 'FROM busybox AS base\n\nCOPY . /src\nRUN make\nFROM base\nRUN make\n';

const { signal: never } = new AbortController();

let engine: ScriptedEngine;
let buildkit: StandInBuildkit;
let host: BuildHost;
let directory: string;

beforeEach(async () => {
  engine = await startScriptedEngine();
  buildkit = new StandInBuildkit();
  buildkit.attach(engine);
  const root = socketDirectory(engine.socketPath);
  directory = join(root, 'app');
  await mkdir(directory);
  await writeFile(join(directory, 'Dockerfile'), TEXT);
  host = {
    engine: createEngineClient(engine.socketPath),
    credentials: createCredentialStore(join(root, 'config.json')),
  };
});

afterEach(() => engine[Symbol.asyncDispose]());

/** Steps that run, unless their names are in `cached`. */
const steps =
  (...cached: string[]): StandInBuildkit['script'] =>
  async ({ job }) => {
    for (const name of ['[base 1/3] FROM docker.io/library/busybox:latest', ...RUNS]) {
      const vertex = job.vertex(name);
      if (name === '[base 3/3] RUN make') vertex.output('stdout', Buffer.from('made\n'));
      vertex.complete({ cached: cached.includes(name) || name.includes('FROM') });
    }
    return undefined;
  };

const RUNS = ['[base 2/3] COPY . /src', '[base 3/3] RUN make', '[stage-1 1/1] RUN make'];

async function run(more: Partial<BuildRequest> = {}, signal = never): Promise<BuildEvent[]> {
  const events: BuildEvent[] = [];
  await runBuild(host, { directory, tag: 'app', ...more }, (event) => events.push(event), signal);
  return events;
}

/** The last state of each step. */
function lastSteps(events: readonly BuildEvent[]): Omit<BuildStep, 'output'>[] {
  const found = new Map<string, Omit<BuildStep, 'output'>>();
  for (const event of events) if (event.type === 'step') found.set(event.step.id, event.step);
  return [...found.values()];
}

const misses = (events: readonly BuildEvent[]) =>
  lastSteps(events).map(({ cacheMiss, state }) => cacheMiss ?? state);

async function listed() {
  for await (const records of watchHistory(host.engine, never)) return records.map(buildSummary);
  return [];
}

it('tells the steps with their stages and lines, and the engine keeps the build', async () => {
  buildkit.script = steps();
  const events = await run();
  expect(lastSteps(events)).toMatchObject([
    { stage: 'base', instruction: 'FROM docker.io/library/busybox:latest', line: 1 },
    { stage: 'base', instruction: 'COPY . /src', line: 3, state: 'done', number: 2 },
    { stage: 'base', instruction: 'RUN make', line: 4 },
    { stage: 'stage-1', instruction: 'RUN make' },
  ]);
  const [build] = await listed();
  expect(build).toMatchObject({
    ...{ name: 'app', result: 'built', imageId: 'sha256:1', steps: { total: 4, cached: 1 } },
    request: { directory, tag: 'app' },
  });
  expect(events.at(-1)).toEqual({ type: 'ended', build });
  const again: BuildEvent[] = [];
  await followBuild(host.engine, build?.id ?? '', (event) => again.push(event), never);
  expect(again.filter(({ type }) => type === 'output')).toMatchObject([{ text: 'made\n' }]);
  expect(lastSteps(again)).toHaveLength(4);
});

it('says why a step ran again', async () => {
  buildkit.script = steps();
  expect(misses(await run())).toEqual(['cached', 'first-build', 'earlier-step', 'first-build']);
  buildkit.script = steps(...RUNS);
  expect(misses(await run())).toEqual(Array(4).fill('cached'));
  buildkit.script = steps('[stage-1 1/1] RUN make');
  expect(misses(await run())).toEqual(['cached', 'files', 'earlier-step', 'cached']);
  buildkit.script = steps('[base 2/3] COPY . /src', '[stage-1 1/1] RUN make');
  expect(misses(await run())).toEqual(['cached', 'cached', 'cache-gone', 'cached']);
  buildkit.script = steps();
  expect(misses(await run({ noCache: true }))[1]).toBe('cache-off');
});

it('quotes the Dockerfile around a failure', async () => {
  buildkit.script = async ({ job }) => {
    job.vertex('[base 3/3] RUN make').fail('exit code: 2');
    const source = { filename: 'Dockerfile', text: TEXT };
    throw dockerfileError(new EngineError('internal', 'make failed'), source, { lines: [4, 4] });
  };
  const last = (await run()).at(-1);
  expect(last).toMatchObject({
    build: { result: 'failed', failure: { message: 'make failed', line: 4 } },
  });
  const marked = last?.type === 'ended' ? last.build.failure?.quote?.lines : [];
  expect(marked?.filter(({ isMarked }) => isMarked)).toEqual([
    { number: 4, text: 'RUN make', isMarked: true },
  ]);
});

it('tells of a build that did not even begin', async () => {
  const [, ended] = await run({ directory: '/nowhere' });
  expect(ended).toMatchObject({
    build: {
      result: 'failed',
      failure: { message: expect.stringContaining('"/nowhere" not found') },
    },
  });
});

it('shows a running build to others, and that it was cancelled', async () => {
  const cancel = new AbortController();
  const seen = Promise.withResolvers<unknown>();
  buildkit.script = async ({ job }) => {
    job.vertex('[1/1] RUN sleep');
    seen.resolve((await listed())[0]?.result);
    await new Promise((_, reject) => job.signal.addEventListener('abort', reject));
    return undefined;
  };
  const running = run({}, cancel.signal);
  expect(await seen.promise).toBe('running');
  cancel.abort();
  expect((await running).at(-1)).toMatchObject({ build: { result: 'cancelled' } });
  await expect.poll(async () => (await listed())[0]?.result).toBe('cancelled');
});
