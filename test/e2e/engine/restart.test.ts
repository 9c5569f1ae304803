import { afterEach, expect, test, vi } from 'vitest';
import { output } from '../berth.ts';
import { guest, removeContainers } from './shared-machine.ts';

afterEach(removeContainers);

const state = (container: string) =>
  output('inspect', '--format', '{{.State.Status}} {{.State.ExitCode}}', container);

const restarts = (container: string) =>
  output('inspect', '--format', '{{.RestartCount}}', container);

const processId = (container: string) => output('inspect', '--format', '{{.State.Pid}}', container);

const WAIT = { timeout: 60_000, interval: 300 };

/** A service that exits cleanly when it is stopped. */
const service = (code: number) => `trap "exit ${code}" TERM; echo up; while :; do sleep 0.2; done`;

test('on-failure starts it again, up to the maximum number of retries', async () => {
  const run = (name: string, code: number) => {
    const flags = ['--detach', '--name', name, '--restart', 'on-failure:2'];
    return output('run', ...flags, 'busybox', 'sh', '-c', `echo run; exit ${code}`);
  };
  await Promise.all([run('failing', 3), run('fine', 0)]);
  await vi.waitFor(async () => expect(await state('failing')).toBe('exited 3'), WAIT);
  expect(await restarts('failing')).toBe('2');
  expect(await output('logs', 'failing')).toBe('run\nrun\nrun');
  expect(await state('fine')).toBe('exited 0');
  expect(await restarts('fine')).toBe('0');
});

test('always starts it again after a crash, but not after stop', async () => {
  const words = ['--detach', '--name', 'box', '--restart', 'always', 'busybox'];
  await output('run', ...words, 'sh', '-c', service(0));
  const first = await processId('box');
  await guest(`kill -9 ${first}`);
  await vi.waitFor(async () => {
    expect(await state('box')).toBe('running 0');
    expect(await processId('box')).not.toBe(first);
    expect(await output('logs', 'box')).toBe('up\nup');
  }, WAIT);
  expect(await restarts('box')).toBe('1');

  await output('stop', 'box');
  expect(await state('box')).toBe('exited 0');
  await output('start', 'box');
  expect(await state('box')).toBe('running 0');
});

test('after a restart of the VM, the containers that should run are running', async () => {
  const run = (name: string, policy: string, script: string) => {
    const flags = ['--detach', '--name', name, '--restart', policy, '--volume', 'kept:/kept'];
    return output('run', ...flags, 'busybox', 'sh', '-c', script);
  };
  await Promise.all([
    run('plain', 'no', `echo precious | tee /own /kept/shared; ${service(7)}`),
    run('always', 'always', service(0)),
    run('unless-stopped', 'unless-stopped', service(0)),
    run('by-hand', 'unless-stopped', service(5)),
  ]);
  await vi.waitFor(async () => expect(await output('logs', 'plain')).toBe('precious\nup'), WAIT);
  await output('stop', 'by-hand');

  await output('machine', 'stop');
  await output('machine', 'start');
  await vi.waitFor(async () => {
    expect(await state('always')).toBe('running 0');
    expect(await state('unless-stopped')).toBe('running 0');
  }, WAIT);
  expect(await state('plain')).toBe('exited 7');
  expect(await state('by-hand')).toBe('exited 5');
  expect(await output('logs', 'plain')).toBe('precious\nup');
  expect(await output('exec', 'always', 'cat', '/kept/shared')).toBe('precious');
  await output('start', 'plain');
  expect(await output('exec', 'plain', 'cat', '/own')).toBe('precious');
});
