import { delimiter } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { commandLineOf } from './process.ts';
import { writeProgram } from './testing/stand-in-program.ts';
import { temporaryDirectory } from './testing/temporary-directory.ts';

afterEach(() => vi.unstubAllEnvs());

test.each([
  ['win32', 'powershell.exe', '[Console]::OutputEncoding'],
  ['darwin', 'ps', 'args='],
] as const)(
  'on %s, the command line of a process keeps all letters',
  async (platform, name, to) => {
    const line = 'qemu -pidfile C:\\Users\\Jürgen\\.berth\\hypervisor.pid';
    const folder = await temporaryDirectory();
    await writeProgram(folder, name, {
      answers: [{ to, prints: `${line}\n` }, { prints: 'in the code page of the console' }],
    });
    vi.stubEnv('PATH', `${folder}${delimiter}${process.env.PATH}`);
    expect(await commandLineOf(4711, platform)).toBe(line);
  },
);
