import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { temporaryDirectory } from '../../../store/testing/temporary-directory.ts';
import type { Engine } from '../../engine.ts';
import { testEngine, testRecord } from '../../testing/test-engine.ts';
import {
  createExec,
  execRequestSchema,
  startExecAttached,
  startExecDetached,
} from '../exec/exec.ts';
import { containerChanges } from '../files/changes.ts';
import { statContainerPath } from '../files/copy.ts';
import { containerStats } from '../inspect/stats.ts';
import { containerProcesses } from '../inspect/top.ts';
import type { LiveContainer } from '../record/live-container.ts';
import { handleExit } from './exit.ts';
import { pauseContainer, unpauseContainer, whileFrozen } from './pause.ts';
import { updateContainer, updateRequestSchema } from './update.ts';

/*
 * Requests that arrive while the container's process exits: the record says that the process runs,
 * but the runtime and the kernel know that it doesn't.
 */

let engine: Engine;
let container: LiveContainer;
let cleanUp: () => PromiseLike<void>;

/** A container whose process has exited. The engine notices a little later. */
async function ending(status: 'running' | 'paused'): Promise<LiveContainer> {
  const child = spawn('true');
  await once(child, 'exit');
  const state = { status, pid: child.pid ?? 0, startedAt: '2026-01-01T00:00:00.000Z' };
  const live = await engine.containers.add(testRecord(state, { NetworkMode: 'host' }));
  setTimeout(() => void handleExit(engine, live, 0, new Date()), 100);
  return live;
}

beforeEach(async () => {
  const directory = await temporaryDirectory();
  cleanUp = () => directory[Symbol.asyncDispose]();
  engine = await testEngine(directory.path);
  const gone = new Error('the container is not running: No such process');
  for (const verb of ['pause', 'resume', 'update'] as const) {
    vi.spyOn(engine.crun, verb).mockRejectedValue(gone);
  }
  vi.spyOn(engine.crun, 'delete').mockResolvedValue();
  container = await ending('running');
});
afterEach(async () => {
  if (container.record.state.pid !== 0) await container.nextExit();
  await container.lock.run(async () => {});
  await cleanUp();
});

const notRunning = expect.stringMatching(/^[Cc]ontainer a{64} is not running$/);

test('pause says that it is not running', async () => {
  await expect(pauseContainer(engine, container)).rejects.toMatchObject({
    code: 'conflict',
    message: notRunning,
  });
  expect(container.record.state.status).toBe('exited');
});

test('unpause says that it is not paused', async () => {
  await container.nextExit();
  container = await ending('paused');
  await expect(unpauseContainer(engine, container)).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('is not paused'),
  });
});

test('update changes the record', async () => {
  await updateContainer(engine, container, updateRequestSchema.parse({ PidsLimit: 7 }));
  expect(container.record.hostConfig.PidsLimit).toBe(7);
  expect(container.record.state.status).toBe('exited');
});

test('a commit reads the files, although there is nothing to freeze', async () => {
  expect(await whileFrozen(engine, container, async () => 'read')).toBe('read');
});

test('other failures of the runtime are reported', async () => {
  const state = { ...container.record.state, pid: process.pid };
  await container.nextExit();
  container.record = { ...container.record, state };
  await expect(pauseContainer(engine, container)).rejects.toThrow('No such process');
  await expect(whileFrozen(engine, container, async () => 'read')).rejects.toThrow(
    'No such process',
  );
  container.record = { ...container.record, state: { ...state, pid: 0 } };
});

test('top says that it is not running', async () => {
  await expect(containerProcesses(engine, container, '-ef')).rejects.toMatchObject({
    code: 'conflict',
    message: notRunning,
  });
});

test('stats have no samples', async () => {
  const signal = new AbortController().signal;
  const { value } = await containerStats(engine, container, 'at-once', signal).next();
  expect(value).toMatchObject({ sample: undefined });
});

test('an exec is rejected, or fails in its stream if that has begun', async () => {
  const request = execRequestSchema.parse({ Cmd: ['s'], AttachStdout: true });
  const detached = await createExec(engine, container, request);
  await expect(startExecDetached(engine, detached)).rejects.toMatchObject({
    code: 'conflict',
    message: notRunning,
  });
  const attached = await createExec(engine, container, request);
  const client = new PassThrough();
  const written = text(client);
  await startExecAttached(engine, attached, client, (_, data) => data);
  expect(await written).toMatch(/^container a{64} is not running\r\n$/);
  expect(attached).toMatchObject({ status: 'exited', exitCode: 126 });
});

test('its files are those of the exited container', async () => {
  // The test has no root file system. It only checks that the engine looks for the exited
  // container's.
  await expect(statContainerPath(engine, container.id, '/x')).rejects.not.toThrow(/\/proc\//);
  expect(container.record.state.status).toBe('exited');
});

test('changes of a container that is removed meanwhile report that it is gone', async () => {
  await container.nextExit();
  await mkdir(join(engine.directories.container(container.id), 'upper'), { recursive: true });
  const removing = container.lock.run(async () => {
    await sleep(20);
    await rm(engine.directories.container(container.id), { recursive: true });
    await engine.containers.delete(container);
  });
  await expect(containerChanges(engine, container)).rejects.toMatchObject({ code: 'not-found' });
  await removing;
});
