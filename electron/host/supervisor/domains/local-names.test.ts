import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { isAlive, waitUntilGone } from '../../base/process.ts';
import { temporaryDirectory } from '../../base/testing/temporary-directory.ts';
import { createLocalNames, publishingCommands } from './local-names.ts';

/** Reports success, leaves its process ID in a file, and keeps running. */
const standIn = (directory: string) => (name: string) =>
  [
    ...['/bin/sh', '-c'],
    'echo $$ > "$1.part"; mv "$1.part" "$1"; echo "Established under name" >&2; exec sleep 1000',
    ...['sh', join(directory, name)],
  ] as const satisfies readonly string[];

const pidIn = async (directory: string, name: string) =>
  Number(await vi.waitFor(() => readFile(join(directory, name), 'utf8')));

test('a name is there once its program says so, and goes with it', async () => {
  const directory = await temporaryDirectory();
  const onChange = vi.fn();
  const names = createLocalNames(standIn(directory), onChange);
  onTestFinished(() => names.close());
  names.publish(['web', 'api']);
  expect(names.published).toEqual(new Set());
  await vi.waitFor(() => expect(names.published).toEqual(new Set(['web', 'api'])));
  expect(onChange).toHaveBeenCalledTimes(2);
  const pid = await pidIn(directory, 'web');
  names.publish(['api']);
  expect(names.published).toEqual(new Set(['api']));
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false));
  const other = await pidIn(directory, 'api');
  process.kill(other);
  await vi.waitFor(() => expect(names.published).toEqual(new Set()));
  names.publish(['api']);
  await vi.waitFor(() => expect(names.published).toEqual(new Set(['api'])));
  await names.close();
  expect(isAlive(await pidIn(directory, 'api'))).toBe(false);
});

test('where there is no such program, there are no such names', async () => {
  const onChange = vi.fn();
  const names = createLocalNames(() => ['/nowhere/avahi-publish'], onChange);
  names.publish(['web']);
  await names.close();
  expect(onChange).not.toHaveBeenCalled();
});

test('names go with their owner, also when it is killed', async () => {
  const directory = await temporaryDirectory();
  const program = `
    const { createLocalNames } = await import(${JSON.stringify(new URL('local-names.ts', import.meta.url).href)});
    createLocalNames(() => ${JSON.stringify(standIn(directory)('web'))}, () => console.log()).publish(['web']);`;
  const owner = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(owner.stdout, 'data');
  const pid = await pidIn(directory, 'web');
  expect(isAlive(pid)).toBe(true);
  owner.kill('SIGKILL');
  await waitUntilGone(pid);
  expect(isAlive(pid)).toBe(false);
});

test('on a Mac, names stay on it', () => {
  expect(publishingCommands.darwin?.('web.shop').join(' ')).toBe(
    'dns-sd -lo -P web.shop _berth._tcp local 80 web.shop.berth.local 127.0.0.1',
  );
});
