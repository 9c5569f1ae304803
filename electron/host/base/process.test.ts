import { delimiter } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { onWindows } from '../../../guest-agent/testing/on-windows.ts';
import { commandLineOf, mayStillRun, readWindowsProcess } from './process.ts';
import { writeProgram } from './testing/stand-in-program.ts';
import { temporaryDirectory } from './testing/temporary-directory.ts';

afterEach(() => vi.unstubAllEnvs());

test.skipIf(onWindows('wine’s PowerShell runs no script'))(
  'a running process is recognised by its command line',
  async () => {
    expect(await commandLineOf(process.pid)).toContain('node');
    expect(await mayStillRun(process.pid, 'node')).toBe(true);
    expect(await mayStillRun(process.pid, 'another program')).toBe(false);
    expect(await mayStillRun(2 ** 22 + 1, 'node')).toBe(false);
  },
);

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

test.each([
  ['win32', 'powershell.exe', '[Console]::OutputEncoding'],
  ['darwin', 'ps', 'args='],
] as const)(
  'on %s, the command line of a process keeps all letters',
  async (platform, name, to) => {
    const line = 'qemu -pidfile C:\\Users\\Jürgen\\.berth\\hypervisor.pid';
    const folder = await temporaryDirectory();
    const answer = name === 'ps' ? line : JSON.stringify({ found: true, commandLine: line });
    await writeProgram(folder, name, {
      answers: [{ to, prints: `${answer}\n` }, { prints: 'in the code page of the console' }],
    });
    vi.stubEnv('PATH', `${folder}${delimiter}${process.env.PATH}`);
    expect(await commandLineOf(4711, platform)).toBe(line);
  },
);
