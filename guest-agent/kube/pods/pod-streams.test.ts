import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { isReady, podTest } from './testing/pod-test.ts';

const key = { namespace: 'default', name: 'web' };
const shell = (script: string) => ({
  ...{ name: 'app', image: 'busybox', imagePullPolicy: 'Never', command: ['sh', '-c', script] },
});

it('reads the log of this run and of the last', async () => {
  const { create, until, runner } = await podTest();
  await create('web', { containers: [shell('echo one; echo two; exit 1')] });
  await until('web', ({ status }) => status?.containerStatuses?.[0]?.restartCount === 1);
  const log = async (options: object) => text(await runner.logs(key, options));
  await expect.poll(() => log({ previous: true })).toBe('one\ntwo\n');
  expect(await log({ tailLines: 1 })).toBe('two\n');
  expect(await log({ limitBytes: 5 })).toBe('one\nt');
  expect(await log({ timestamps: true, tailLines: 1 })).toMatch(/^\d{4}-.*Z two\n$/);
});

it('says that a container has no log yet', async () => {
  const { create, until, runner } = await podTest();
  await create('web', { containers: [{ ...shell('exit 0'), image: 'none:1' }] });
  await until(
    'web',
    ({ status }) => status?.containerStatuses?.[0]?.state?.waiting?.reason === 'ErrImageNeverPull',
  );
  await expect(runner.logs(key, {})).rejects.toMatchObject({
    reason: 'BadRequest',
    message: 'container "app" in pod "web" is waiting to start: ErrImageNeverPull',
  });
  await expect(runner.exec(key, { command: ['sh'], stdin: false, tty: false })).rejects.toThrow(
    'container not found ("app")',
  );
});

it('runs a command in a container, with its input', async () => {
  const { create, until, runner } = await podTest();
  await create('web', { containers: [shell('sleep 1000')] });
  await until('web', isReady);
  const options = { stdin: true, tty: false };
  const { stdin, stdout, stderr, exited } = await runner.exec(key, {
    ...options,
    command: ['sh', '-c', 'cat; echo oops >&2; exit 4'],
  });
  stdin.end('typed\n');
  expect(await Promise.all([text(stdout), text(stderr), exited])).toEqual([
    ...['typed\n', 'oops\n', 4],
  ]);
});
