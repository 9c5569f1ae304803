import { afterEach, expect, test } from 'vitest';
import { berth, output } from '../berth.ts';

const HELLO = 'Hello! This container runs';

afterEach(async () => {
  const ids = (await output('ps', '--all', '--quiet')).split('\n').filter(Boolean);
  if (ids.length > 0) await output('rm', '--force', ...ids);
});

test('run shows what the command writes, in ps --all it is exited', async () => {
  const listed = await output('run', 'busybox', 'ls', '/');
  expect(listed.split('\n')).toEqual(expect.arrayContaining(['bin', 'etc', 'proc']));
  expect(await output('ps', '--quiet')).toBe('');
  const [header, row, ...more] = (await output('ps', '--all')).split('\n');
  expect(header).toMatch(/^CONTAINER ID +IMAGE +COMMAND +CREATED +STATUS +PORTS +NAMES$/);
  expect(row).toMatch(/^[0-9a-f]{12} +busybox +"ls \/" +.* ago +Exited \(0\) .* ago +\w+$/);
  expect(more).toEqual([]);
});

test('a running container is in ps', async () => {
  const id = await output('run', '--detach', '--name', 'sleeper', 'busybox', 'sleep', '1000');
  expect(id).toMatch(/^[0-9a-f]{64}$/);
  expect(await output('ps', '--format', '{{.ID}} {{.Names}} {{.State}}')).toBe(
    `${id.slice(0, 12)} sleeper running`,
  );
  expect(await output('ps')).toMatch(/ Up .*sleeper$/);
});

test('create prints the ID and runs nothing; start -a shows the output, start does not', async () => {
  const id = await output('create', 'hello-world');
  expect(id).toMatch(/^[0-9a-f]{64}$/);
  expect(await output('ps', '--all', '--format', '{{.Status}}')).toBe('Created');
  expect(await output('logs', id)).toBe('');

  expect(await output('start', '--attach', id)).toContain(HELLO);
  expect(await output('start', id)).toBe(id);
  expect(await output('wait', id)).toBe('0');
});

test('logs shows the output again and runs nothing', async () => {
  const id = await output('create', 'hello-world');
  const shown = await output('start', '--attach', id);
  const started = await output('inspect', '--format', '{{.State.StartedAt}}', id);
  expect(await output('logs', id)).toBe(shown);
  expect(await output('logs', '--tail', '1', id)).toBe(shown.split('\n').at(-1));
  expect(await output('inspect', '--format', '{{.State.StartedAt}}', id)).toBe(started);
});

test('stop sends TERM, which the command can handle', async () => {
  const script = 'trap "echo bye; exit 7" TERM; echo ready; while :; do sleep 0.1; done';
  const id = await output('run', '--detach', 'busybox', 'sh', '-c', script);
  await expect.poll(() => output('logs', id), { timeout: 30_000 }).toBe('ready');
  expect(await output('stop', id)).toBe(id);
  expect(await output('logs', id)).toBe('ready\nbye');
  expect(await output('inspect', '--format', '{{.State.ExitCode}}', id)).toBe('7');
});

test('after ten seconds, stop kills a command that doesn’t exit', async () => {
  const id = await output('run', '--detach', 'busybox', 'sh', '-c', 'trap "" TERM; sleep 1000');
  const begun = Date.now();
  await output('stop', id);
  const seconds = (Date.now() - begun) / 1000;
  expect(seconds).toBeGreaterThanOrEqual(10);
  expect(seconds).toBeLessThan(25);
  expect(await output('inspect', '--format', '{{.State.ExitCode}}', id)).toBe('137');
});

test('kill ends it immediately', async () => {
  const id = await output('run', '--detach', 'busybox', 'sh', '-c', 'trap "" TERM; sleep 1000');
  const begun = Date.now();
  expect(await output('kill', id)).toBe(id);
  expect(await output('wait', id)).toBe('137');
  expect((Date.now() - begun) / 1000).toBeLessThan(9);
});

test('exit codes of run', async () => {
  const exitCode = async (...words: string[]) => (await berth(['run', '--rm', ...words])).exitCode;
  expect(await exitCode('busybox', 'true')).toBe(0);
  expect(await exitCode('busybox', 'sh', '-c', 'exit 42')).toBe(42);
  expect(await exitCode('busybox', 'no-such-command')).toBe(127);
  expect(await exitCode('busybox', '/etc/passwd')).toBe(126);
  expect(await exitCode('--no-such-flag', 'busybox')).toBe(125);
  expect(await exitCode('-p', '8080:x', 'busybox')).toBe(125);
  expect(await output('ps', '--all', '--quiet')).toBe('');
});

test('system prune removes what you can get back, and first lists what goes and what stays', async () => {
  await output('run', '--name', 'changed', 'hello-world');
  await output('commit', 'changed', 'my/image');
  await output('rm', 'changed');
  await output('run', '--name', 'stopped', 'busybox', 'true');
  const { exitCode, stdout } = await berth(['system', 'prune'], 'y\n');
  expect(exitCode).toBe(0);
  const [question = '', done = ''] = stdout.split('Are you sure you want to continue?');
  expect(question).toMatch(/all stopped containers:\n +stopped \([\d.]+[kMG]?B\)\n/);
  expect(question).toMatch(/ busybox:latest \([\d.]+[kMG]?B\)\n/);
  expect(question).toMatch(/These images stay.*\n( .*\n)* +my\/image:latest \([\d.]+[kMG]?B\)\n/);
  expect(done).toMatch(/Deleted Containers:\n[0-9a-f]{64}\n/);
  expect(done).toContain('untagged: busybox:latest\n');
  expect(done).toMatch(/Total reclaimed space: [\d.]+[kMG]?B\n$/);
  expect(await output('ps', '--all', '--quiet')).toBe('');
  const names = (await output('images', '--format', '{{.Repository}}')).split('\n');
  expect(names).toContain('my/image');
  expect(names).not.toContain('busybox');
  expect(await output('run', '--rm', 'my/image')).toContain(HELLO);

  await output('system', 'prune', '--all', '--force');
  expect(await output('images', '--quiet')).toBe('');
  expect(await output('run', '--rm', 'hello-world')).toContain(HELLO);
});
