import { afterEach, expect, test, vi } from 'vitest';
import { output } from '../e2e/berth.ts';
import { guest, removeContainers } from '../e2e/engine/shared-machine.ts';

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
