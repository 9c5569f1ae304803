import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { berth, output } from '../e2e/berth.ts';
import { guest, removeContainers } from '../e2e/engine/shared-machine.ts';

/*
 * Empties records, with their previous versions, as a failing disk may do. Then the engine starts
 * again.
 */

const data = '/var/lib/berth';
const WAIT = { timeout: 150_000, interval: 1000 };
let keeper: string;
let pid: string;

beforeAll(async () => {
  const write = 'echo precious >/v/file; exec sleep 100000';
  const args = ['--name', 'keeper', '--volume', 'kept:/v', 'busybox', 'sh', '-c', write];
  keeper = await output('run', '--detach', ...args);
  pid = await output('inspect', '--format', '{{.State.Pid}}', 'keeper');
  await vi.waitFor(() => guest(`cat ${data}/volumes/kept/_data/file`), WAIT);
  await guest(`
    for record in ${data}/volumes/kept.json ${data}/containers/${keeper}.json ${data}/images/images/*.json; do
      : >$record
      rm -f \${record%/*}/.\${record##*/}.previous
    done
    agent=$(cat /run/berth/agent.pid)
    kill -9 $agent
    while [ "$(cat /run/berth/agent.pid)" = $agent ]; do usleep 100000; done`);
  await vi.waitFor(() => output('version'), WAIT);
});

afterAll(async () => {
  await berth(['rm', '--force', keeper]);
  await removeContainers();
  await berth(['volume', 'rm', 'kept']);
});

test('the container keeps running, and everything that it may use stays', async () => {
  await guest(`kill -0 ${pid}`);
  const { exitCode, stderr } = await berth(['volume', 'rm', 'kept']);
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining('volume is in use')]);
  expect(await guest(`cat ${data}/volumes/kept/_data/file`)).toContain('precious');
});

test('volumes and images work as before', async () => {
  const cat = ['--rm', '--volume', 'kept:/v', 'busybox', 'cat', '/v/file'];
  expect(await output('run', ...cat)).toBe('precious');
});

test('the doctor reports all three, and how to remove those that can’t be repaired', async () => {
  const { stdout } = await berth(['doctor']);
  expect(stdout).toContain(`container ${keeper.slice(0, 12)} can't be read`);
  expect(stdout).toContain('volume kept was lost');
  expect(stdout).toMatch(/image [0-9a-f]{12} was lost/);
  await output('rm', '--force', keeper.slice(0, 12));
  await expect(guest(`kill -0 ${pid}`)).rejects.toThrow();
  await output('volume', 'rm', 'kept');
});
