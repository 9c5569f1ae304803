import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { Crun } from '../../../runtime/crun.ts';
import { temporaryDirectory } from '../../../store/testing/temporary-directory.ts';
import type { Engine } from '../../engine.ts';
import { testEngine, testRecord } from '../../testing/test-engine.ts';
import { killContainer, killRun } from '../lifecycle/kill.ts';
import { removeContainer } from '../lifecycle/remove.ts';
import { stopContainer } from '../lifecycle/stop.ts';
import { watchMonitors } from './dead-monitor.ts';

const ID = 'a'.repeat(64);

/** A running container with a real monitor and a real process, which is the monitor's child. */
async function running(directory: string, host: object = {}) {
  const plain = await testEngine(directory);
  const crun = Object.assign(new Crun(plain.directories), { delete: async () => {} });
  const engine: Engine = { ...plain, crun };
  onTestFinished(() => engine.monitors.close());
  await mkdir(engine.directories.exits, { recursive: true });
  // The monitor reaps the process but, unlike conmon, doesn't report its exit.
  const script = 'sleep 60 & echo $!; wait; sleep 60; true';
  const monitor = spawn('bash', ['-c', script, ID], {
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  });
  const monitorPid = monitor.pid ?? 0;
  onTestFinished(() => {
    try {
      process.kill(-monitorPid, 'SIGKILL');
    } catch {
      // All of them have exited.
    }
  });
  const [pid] = await once(monitor.stdout, 'data');
  const state = {
    ...{ status: 'running' as const, pid: Number(pid), monitorPid },
    startedAt: '2026-01-01T00:00:00.000Z',
  };
  const container = await engine.containers.add(testRecord(state, host));
  watchMonitors(engine);
  return { engine, container, monitor };
}

const actions = (engine: Engine) => engine.events.past().map(({ action }) => action);

it('ends a container whose monitor was killed, as Docker does', async () => {
  await using directory = await temporaryDirectory();
  const { engine, container, monitor } = await running(directory.path);
  const ended = container.nextExit();
  monitor.kill('SIGKILL');
  expect(await ended).toEqual({ exitCode: 137, error: '' });
  expect(container.record.state).toMatchObject({ status: 'exited', pid: 0, exitCode: 137 });
  expect(actions(engine)).toEqual(['die']);
});

it('restarts it by policy', async () => {
  await using directory = await temporaryDirectory();
  const { container, monitor } = await running(directory.path, {
    RestartPolicy: { Name: 'on-failure' },
  });
  onTestFinished(() => clearTimeout(container.restartTimer));
  const ended = container.nextExit();
  monitor.kill('SIGKILL');
  await ended;
  expect(container.record.state).toMatchObject({ status: 'restarting', restartCount: 1 });
});

it('uses the exit code that a monitor wrote before it was killed', async () => {
  await using directory = await temporaryDirectory();
  const { engine, container, monitor } = await running(directory.path);
  // Nobody watches the directory here, as if the agent had run out of descriptors.
  await writeFile(join(engine.directories.exits, container.id), '3');
  const ended = container.nextExit();
  monitor.kill('SIGKILL');
  expect(await ended).toMatchObject({ exitCode: 3 });
});

it.each([
  ['stop', (engine: Engine, id: string) => stopContainer(engine, engine.containers.get(id))],
  [
    'kill',
    (engine: Engine, id: string) => killContainer(engine, engine.containers.get(id), 'KILL'),
  ],
])('%s returns when the monitor was killed', async (_, end) => {
  await using directory = await temporaryDirectory();
  const { engine, container, monitor } = await running(directory.path);
  monitor.kill('SIGKILL');
  await end(engine, container.id);
  expect(container.record.state.status).toBe('exited');
});

it('rm -f returns when the monitor is stopped and reports nothing', async () => {
  await using directory = await temporaryDirectory();
  const { engine, container, monitor } = await running(directory.path);
  monitor.kill('SIGSTOP');
  await removeContainer(engine, container, { force: true });
  expect(engine.containers.all()).toEqual([]);
  await vi.waitFor(() => expect(monitor.signalCode).toBe('SIGKILL'));
});

it('a kill ends a monitor that runs and does not report the end', async () => {
  await using directory = await temporaryDirectory();
  const { engine, container, monitor } = await running(directory.path);
  await killRun(engine, container, { report: 200, end: 200, cleanUp: 20_000 });
  expect(container.record.state).toMatchObject({ status: 'exited', exitCode: 137 });
  expect(monitor.signalCode).toBe('SIGKILL');
});

it('ignores events of volumes whose names begin like container IDs', async () => {
  await using directory = await temporaryDirectory();
  const { engine } = await running(directory.path);
  await engine.containers.add({ ...testRecord(), id: `a${'b'.repeat(63)}`, name: 'other' });
  const event = { type: 'volume', action: 'mount', id: 'a', attributes: {} } as const;
  expect(() => engine.events.publish(event)).not.toThrow();
});
