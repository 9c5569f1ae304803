import { afterEach, beforeAll, expect, test } from 'vitest';
import { withMode } from '../../../electron/cli/testing/terminal.ts';
import { berth, output, terminal } from '../berth.ts';

beforeAll(async () => {
  await output('pull', 'busybox');
});

afterEach(async () => {
  const ids = (await output('ps', '--all', '--quiet')).split('\n').filter(Boolean);
  if (ids.length > 0) await output('rm', '--force', ...ids);
});

test('stdout and stderr stay separate', async () => {
  expect(await berth(['run', 'busybox', 'sh', '-c', 'echo out; echo err >&2; exit 3'])).toEqual({
    exitCode: 3,
    stdout: 'out\n',
    stderr: 'err\n',
  });
});

test('a pipe into the container, which then closes', async () => {
  expect(await berth(['run', '-i', 'busybox', 'cat'], 'hi\n')).toEqual({
    exitCode: 0,
    stdout: 'hi\n',
    stderr: '',
  });
});

test('megabytes pass through both pipes unchanged', async () => {
  const sum = terminal(
    'input=$(mktemp); head -c 5000000 /dev/urandom > "$input"; ' +
      'berth run -i busybox cat < "$input" | cmp - "$input" && echo the same; rm "$input"',
  );
  await sum.shows('the same');
});

test('a pipe out of the container that closes early', async () => {
  const head = terminal('berth run busybox yes | head -1; echo "code $?"');
  await head.shows(/y\r\ncode 0/);
});

test('a shell on a terminal', async () => {
  const shell = terminal(withMode('berth run -it busybox'));
  await shell.shows('# ');
  shell.type('tty; stty size\r');
  await shell.shows(/\/dev\/pts\/0\s+30 100/);
  shell.resize(120, 40);
  const sizeAfterResize = async () => {
    shell.type('stty size\r');
    return (await shell.shows(/\n(\d+ \d+)\r/))[1];
  };
  await expect.poll(sizeAfterResize, { timeout: 20_000 }).toBe('40 120');
  shell.type('echo asleep; sleep 1000\r');
  await shell.shows(/\nasleep\r/);
  shell.type('\x03');
  await shell.shows('# ');
  shell.type('exit 5\r');
  await shell.shows('code 5, mode same');
});

test('the container keeps running after detach, and attach connects again', async () => {
  const first = terminal(withMode('berth run -it --name box busybox'));
  await first.shows('# ');
  first.type('\x10\x11');
  await first.shows('code 0, mode same');
  expect(await output('ps', '--format', '{{.Names}}')).toBe('box');
  const second = terminal(withMode('berth attach box'));
  second.type('\r');
  await second.shows('# ');
  second.type('exit 4\r');
  await second.shows('code 4, mode same');
});

test('exec -it runs a shell in a running container', async () => {
  await output('run', '--detach', '--name', 'box', 'busybox', 'sleep', '1000');
  const shell = terminal(withMode('berth exec -it -e COLOR=red -w /tmp box sh'));
  await shell.shows('# ');
  shell.type('echo "$COLOR in $PWD"; stty size\r');
  await shell.shows(/red in \/tmp\s+30 100/);
  shell.type('exit 6\r');
  await shell.shows('code 6, mode same');
  expect((await berth(['exec', '-i', 'box', 'cat'], 'piped')).stdout).toBe('piped');
  expect((await berth(['exec', 'box', 'no-such-command'])).exitCode).toBe(127);
});

test('Ctrl-C without a terminal in the container reaches the command as a signal', async () => {
  const script = 'trap "echo interrupted; exit 9" INT; echo ready; while :; do sleep 0.1; done';
  const run = terminal(`trap : INT; ${withMode(`berth run busybox sh -c '${script}'`)}`);
  await run.shows('ready');
  run.type('\x03');
  await run.shows('interrupted');
  await run.shows('code 9, mode same');
});
