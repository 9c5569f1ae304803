import { expect, test } from 'vitest';
import { commandLineOf, mayStillRun, readWindowsProcess } from './process.ts';

test('a running process is recognised by its command line', async () => {
  expect(await commandLineOf(process.pid)).toContain('node');
  expect(await mayStillRun(process.pid, 'node')).toBe(true);
  expect(await mayStillRun(process.pid, 'another program')).toBe(false);
  expect(await mayStillRun(2 ** 22 + 1, 'node')).toBe(false);
});

test.each([
  ['{"found":true,"commandLine":"qemu.exe -pidfile x"}', 'qemu.exe -pidfile x'],
  ['{"commandLine":null,"found":false}\r\n', ''],
  // The process of a Hyper-V VM belongs to another user.
  ['{"found":true,"commandLine":null}', undefined],
  ['', undefined],
  ['Access is denied', undefined],
])('the answer of Windows %o is the command line %o', (answer, expected) => {
  expect(readWindowsProcess(answer)).toBe(expected);
});
