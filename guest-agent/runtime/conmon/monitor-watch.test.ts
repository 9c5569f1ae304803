import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it, onTestFinished, vi } from 'vitest';
import { processState, stateOfNamed } from '../process/process-state.ts';
import { MonitorWatch } from './monitor-watch.ts';

/** Milliseconds between two checks. */
const INTERVAL = 30;

/**
 * A program with `monitor-1` in its command line that starts another program and prints its process
 * ID.
 */
async function monitored() {
  const script = 'sleep 60 & echo $!; wait; exec sleep 60';
  const monitor = spawn('bash', ['-c', script, 'monitor-1'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => void monitor.kill('SIGKILL'));
  const [text] = await once(monitor.stdout, 'data');
  const pid = Number(text);
  onTestFinished(() => kill(pid));
  return { monitor, pid, monitorPid: monitor.pid ?? 0 };
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has exited.
  }
}

function watching() {
  const watch = new MonitorWatch(() => {}, INTERVAL);
  onTestFinished(() => watch.close());
  return watch;
}

const ended = (child: ChildProcess) => once(child, 'exit');

it('notices once that a monitor was killed', async () => {
  const watch = watching();
  const { monitor, ...process } = await monitored();
  const onLost = vi.fn<() => void>();
  watch.add('monitor-1', process, onLost);
  await delay(5 * INTERVAL);
  expect(onLost.mock.calls).toHaveLength(0);
  monitor.kill('SIGKILL');
  await ended(monitor);
  await vi.waitFor(() => expect(onLost.mock.calls).toHaveLength(1));
  await delay(5 * INTERVAL);
  expect(onLost.mock.calls).toHaveLength(1);
});

it('does not mistake another process with the same ID for the monitor', async () => {
  const { monitorPid, pid } = await monitored();
  expect(await stateOfNamed(monitorPid, 'monitor-1')).toBe('alive');
  expect(await stateOfNamed(monitorPid, 'monitor-2')).toBe('gone');
  const lost = new Promise<void>((resolve) => {
    watching().add('monitor-2', { pid, monitorPid }, resolve);
  });
  await lost;
});

it('ignores a stopped monitor while its process runs', async () => {
  const watch = watching();
  const { monitor, pid, monitorPid } = await monitored();
  const onLost = vi.fn<() => void>();
  watch.add('monitor-1', { pid, monitorPid }, onLost);
  monitor.kill('SIGSTOP');
  await vi.waitFor(async () => expect(await processState(monitorPid)).toBe('stopped'));
  await delay(6 * INTERVAL);
  expect(onLost.mock.calls).toHaveLength(0);
  kill(pid);
  await vi.waitFor(() => expect(onLost.mock.calls).toHaveLength(1));
});

it('calls back no ended watch', async () => {
  const watch = watching();
  const { monitor, ...process } = await monitored();
  const onLost = vi.fn<() => void>();
  const other = vi.fn<() => void>();
  const end = watch.add('monitor-1', process, onLost);
  watch.add('monitor-1', process, other);
  end();
  monitor.kill('SIGKILL');
  await vi.waitFor(() => expect(other.mock.calls).toHaveLength(1));
  expect(onLost.mock.calls).toHaveLength(0);
});
