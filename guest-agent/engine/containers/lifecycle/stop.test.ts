import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it, onTestFinished, vi } from 'vitest';
import { RecordStore } from '../../../store/metadata.ts';
import { temporaryDirectory } from '../../../store/testing/temporary-directory.ts';
import { testEngine, testRecord } from '../../testing/test-engine.ts';
import { handleExit } from './exit.ts';
import { killContainer } from './kill.ts';
import { removeContainer } from './remove.ts';
import { runOnce } from './start.ts';
import { stopContainer, stopForShutdown } from './stop.ts';
import { waitContainer } from './wait.ts';

const never = new AbortController().signal;

async function restarting(directory: string) {
  const engine = await testEngine(directory);
  const state = {
    status: 'restarting' as const,
    exitCode: 3,
    startedAt: '2026-01-01T00:00:00.000Z',
  };
  const record = testRecord(state, {
    NetworkMode: 'host',
    RestartPolicy: { Name: 'always' },
  });
  return { engine, container: await engine.containers.add(record) };
}

it('notifies waiting clients when the next restart is cancelled', async () => {
  await using directory = await temporaryDirectory();
  const { engine, container } = await restarting(directory.path);
  const ended = waitContainer(container, 'not-running', never);
  await stopContainer(engine, container);
  expect(await ended).toEqual({ exitCode: 3, error: '' });
  expect(container.record.state).toMatchObject({ status: 'exited', stoppedByHand: true });
});

it('notifies waiting clients when the next restart fails', async () => {
  await using directory = await temporaryDirectory();
  const { engine, container } = await restarting(directory.path);
  const ended = waitContainer(container, 'not-running', never);
  // The test has neither a root file system nor a runtime.
  await expect(runOnce(engine, container, 1)).rejects.toThrow();
  expect(await ended).toMatchObject({ exitCode: 128, error: expect.stringMatching(/./) });
  expect(container.record.state.status).toBe('exited');
});

/** A container with a real process. Its exit is handled as by the exit watcher. */
async function running(directory: string, host: object) {
  const engine = await testEngine(directory);
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  await once(child, 'spawn');
  const state = {
    status: 'running' as const,
    pid: child.pid ?? 0,
    startedAt: '2026-01-01T00:00:00.000Z',
  };
  const container = await engine.containers.add(testRecord(state, host));
  const handled = once(child, 'exit').then(() => handleExit(engine, container, 143, new Date()));
  return { engine, container, child, handled };
}

it('stops a container whose restart policy is just about to run it again', async () => {
  await using directory = await temporaryDirectory();
  const host = { RestartPolicy: { Name: 'always' } };
  const { engine, container, child } = await running(directory.path, host);
  const saved = Promise.withResolvers<void>();
  const save = engine.containers.save.bind(engine.containers);
  engine.containers.save = (...args) => {
    saved.resolve();
    return save(...args);
  };
  child.kill();
  // The restart is decided but not visible yet.
  await saved.promise;
  await stopContainer(engine, container);
  expect(container.record.state).toMatchObject({ status: 'exited', stoppedByHand: true });
});

it('leaves no record of a --rm container when the VM shuts down', async () => {
  await using directory = await temporaryDirectory();
  const { engine, handled } = await running(directory.path, { AutoRemove: true });
  await stopForShutdown(engine);
  await handled;
  expect((await testEngine(directory.path)).containers.all()).toEqual([]);
});

it('sends the event of the signal before the event of the exit', async () => {
  await using directory = await temporaryDirectory();
  const { engine, container } = await running(directory.path, {});
  await killContainer(engine, container, 'KILL');
  expect(engine.events.past().map(({ action }) => action)).toEqual(['kill', 'die']);
});

it('stops and removes a container on a full disk, so that you can free space', async () => {
  await using directory = await temporaryDirectory();
  const { engine, container } = await running(directory.path, {});
  const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  const put = vi.spyOn(RecordStore.prototype, 'put').mockRejectedValue(full);
  onTestFinished(() => put.mockRestore());
  await killContainer(engine, container, 'KILL');
  expect(container.record.state).toMatchObject({ status: 'exited', exitCode: 143, pid: 0 });
  await removeContainer(engine, container, {});
  expect(engine.containers.all()).toEqual([]);
  expect((await testEngine(directory.path)).containers.all()).toEqual([]);
});
