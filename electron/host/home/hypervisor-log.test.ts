import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../base/testing/temporary-directory.ts';
import { acceleratorWords, firstWords } from '../hypervisor/qemu-log.ts';
import { hypervisorLines } from './hypervisor-log.ts';

const operational = 'Windows Hypervisor Platform accelerator is operational';

async function linesOf(log: string): Promise<string[]> {
  const path = join(await temporaryDirectory(), 'hypervisor.log');
  await writeFile(path, log);
  return hypervisorLines(path);
}

test.each([
  ['an accelerator that works', `${operational}\r\n`],
  [
    'warnings',
    'warning: a\nqemu-system-x86_64: warning: b\nqemu-system-x86_64.exe: -accel whpx: warning: c\n',
  ],
])('%s is not a complaint', async (_, log) => {
  expect(await linesOf(log)).toEqual([]);
  expect(firstWords(log)).toBeUndefined();
  expect(acceleratorWords(log)).toBeUndefined();
});

test('a complaint is reported without QEMU’s usual messages', async () => {
  const said = 'qemu-system-x86_64.exe: cannot set up guest memory';
  const log = `${operational}\r\nqemu-system-x86_64.exe: -cpu max: warning: no\r\n${said}\r\n`;
  expect(await linesOf(log)).toEqual([`hypervisor: ${said}`]);
  expect(firstWords(log)).toBe('cannot set up guest memory');
});

test('a complaint that mentions a warning is reported', async () => {
  const said = "qemu-system-x86_64: -D: can't write warning: no space";
  expect(firstWords(said)).toBe("-D: can't write warning: no space");
  expect(await linesOf(said)).toEqual([`hypervisor: ${said}`]);
});
