import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { berth, output } from '../berth.ts';
import { guest, removeContainers } from './shared-machine.ts';

/** Containers without their own limit use up the VM's memory. */

afterAll(removeContainers);

const agent = () => guest('cat /run/berth/agent.pid; cut -d. -f1 /run/berth/agent.started');
const adjustment = (pid: string) => guest(`cat /proc/${pid}/oom_score_adj`);

let before: string;
beforeAll(async () => {
  before = await agent();
});

test('the kernel kills containers first, before the engine and the monitors', async () => {
  await output('run', '--detach', '--name', 'plain', 'busybox', 'sleep', '1000');
  const pid = await output('inspect', '--format', '{{.State.Pid}}', 'plain');
  expect(await adjustment('$(cat /run/berth/agent.pid)')).toBe('-999');
  expect(await adjustment('$(pgrep -o conmon)')).toBe('-1000');
  expect(await adjustment(pid)).toBe('0');
  expect(await output('exec', 'plain', 'cat', '/proc/self/oom_score_adj')).toBe('0');
  const chosen = ['run', '--rm', '--oom-score-adj', '300', 'busybox'];
  expect(await output(...chosen, 'cat', '/proc/self/oom_score_adj')).toBe('300');
});

test('containers have all memory except a reserve, also after a change of the VM’s memory', async () => {
  const limit = () => guest('cat /sys/fs/cgroup/berth/memory.max');
  const total = Number(await guest("sed -n 's/^MemTotal: *\\([0-9]*\\) kB/\\1/p' /proc/meminfo"));
  const reserve = total - Number(await limit()) / 1024;
  expect(reserve).toBeGreaterThanOrEqual(300 * 1024);
  expect(reserve).toBeLessThan(400 * 1024);
  const wanted = await limit();
  await guest('echo max >/sys/fs/cgroup/berth/memory.max; /usr/lib/berth/resize memory');
  expect(await limit()).toBe(wanted);
});

test('a container that uses up the memory is killed, and says why', async () => {
  const greedy = await berth(['run', '--name', 'greedy', 'busybox', 'tail', '/dev/zero']);
  expect(greedy.exitCode).toBe(137);
  const state = '{{.State.Status}} {{.State.ExitCode}} {{.State.OOMKilled}}';
  expect(await output('inspect', '--format', state, 'greedy')).toBe('exited 137 true');
  const events = ['events', '--since', '10m', '--until', '0s', '--format', '{{.Action}}'];
  const actions = (await output(...events, '--filter', 'container=greedy')).split('\n');
  expect(actions.slice(-2)).toEqual(['oom', 'die']);
  expect(await agent()).toBe(before);
});

test('a container that keeps using up the memory can be removed', async () => {
  // The contents of a tmpfs stay when the program that wrote them is killed.
  const script = 'while :; do dd if=/dev/zero bs=1M >>/a/file; done 2>/dev/null';
  await output(
    ...['run', '--detach', '--name', 'hog', '--restart', 'always', '--tmpfs', '/a:size=8g'],
    ...['busybox', 'sh', '-c', script],
  );
  const events = async () =>
    Number(await guest("sed -n 's/^oom_kill //p' /sys/fs/cgroup/berth/memory.events"));
  const first = await events();
  await vi.waitFor(async () => expect(await events()).toBeGreaterThan(first), {
    timeout: 120_000,
    interval: 1_000,
  });
  expect(await output('ps', '--all', '--format', '{{.Names}}')).toContain('hog');
  await output('rm', '--force', 'hog');
  expect(await output('ps', '--all', '--format', '{{.Names}}')).not.toContain('hog');
  expect(await agent()).toBe(before);
  expect(await output('run', '--rm', 'busybox', 'echo', 'room again')).toBe('room again');
});
