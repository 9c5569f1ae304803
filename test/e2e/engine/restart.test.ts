import { afterEach, expect, test, vi } from 'vitest';
import { output } from '../berth.ts';
import { removeContainers } from './shared-machine.ts';

afterEach(removeContainers);

const state = (container: string) =>
  output('inspect', '--format', '{{.State.Status}} {{.State.ExitCode}}', container);

const WAIT = { timeout: 60_000, interval: 300 };

/** A service that exits cleanly when it is stopped. */
const service = (code: number) => `trap "exit ${code}" TERM; echo up; while :; do sleep 0.2; done`;

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
