import { afterAll, expect, test, vi } from 'vitest';
import { berth, output } from '../e2e/berth.ts';
import { guest, removeContainers } from '../e2e/engine/shared-machine.ts';

afterAll(removeContainers);

const WAIT = { timeout: 60_000, interval: 300 };

const run = (name: string, ...flags: string[]) =>
  output('run', '--detach', '--name', name, ...flags, 'busybox', 'sleep', '1000');

const state = (name: string) =>
  output('inspect', '--format', '{{.State.Status}} {{.State.ExitCode}} {{.State.Pid}}', name);

/** Sends a signal to conmon, which monitors a container, or an exec by its ID. */
const signalMonitor = (signal: string, id: string) =>
  guest(`kill -${signal} $(pgrep -f -- '[c]onmon .*--cuuid ${id}')`);

const signalMonitorOf = async (signal: string, name: string) =>
  signalMonitor(signal, await output('inspect', '--format', '{{.Id}}', name));

test('a container whose monitor was killed has exited, with all its processes', async () => {
  await run('orphan', '--publish', '8080', '--volume', '/data');
  const pid = await output('inspect', '--format', '{{.State.Pid}}', 'orphan');
  const waiting = output('wait', 'orphan');
  await signalMonitorOf('KILL', 'orphan');
  await vi.waitFor(async () => expect(await state('orphan')).toBe('exited 137 0'), WAIT);
  expect(await waiting).toBe('137');
  expect(await guest(`[ -d /proc/${pid} ] || echo gone`)).toBe('gone');
  await output('start', 'orphan');
  expect(await output('ps', '--format', '{{.Names}}')).toBe('orphan');
});

test('its restart policy starts it again', async () => {
  await run('steady', '--restart', 'always');
  await signalMonitorOf('KILL', 'steady');
  await vi.waitFor(async () => {
    expect(await output('inspect', '--format', '{{.RestartCount}}', 'steady')).toBe('1');
    expect(await state('steady')).toMatch(/^running/);
  }, WAIT);
});

test('stop, kill and rm --force return without a monitor', async () => {
  const ends = [['stop', '--timeout', '1'], ['kill'], ['rm', '--force']];
  for (const words of ends) {
    await run('lost');
    await signalMonitorOf('KILL', 'lost');
    const { exitCode, stderr } = await berth([...words, 'lost']);
    // The engine may have noticed first.
    const noticed = words[0] === 'kill' && stderr.endsWith('is not running\n');
    expect([exitCode, stderr]).toEqual(noticed ? [1, stderr] : [0, '']);
    if (words[0] !== 'rm') await output('rm', 'lost');
  }
  // This monitor is alive, but never reports anything.
  await run('lost');
  await signalMonitorOf('STOP', 'lost');
  await output('stop', '--timeout', '1', 'lost');
  expect(await state('lost')).toBe('exited 137 0');
});

test('an exec whose monitor was killed has exited, and its user sees that', async () => {
  await run('host');
  const attached = berth(['exec', 'host', 'sh', '-c', 'touch /tmp/runs; exec sleep 1234']);
  await vi.waitFor(() => output('exec', 'host', 'ls', '/tmp/runs'), WAIT);
  const [id = ''] = JSON.parse(await output('inspect', '--format', '{{json .ExecIDs}}', 'host'));
  await signalMonitor('KILL', id);
  expect((await attached).exitCode).toBe(137);
  expect(await output('inspect', '--format', '{{json .ExecIDs}}', 'host')).not.toContain(id);
  expect(await output('exec', 'host', 'ps')).not.toContain('sleep 1234');
  expect(await state('host')).toMatch(/^running/);
});
