import { readFile } from 'node:fs/promises';
import { loggerOf } from '../base/log.ts';

const log = loggerOf('qemu');

/** The maximum to read: a failing hypervisor may dump all registers. */
const mostLines = 12;

/**
 * Harmless lines: warnings, which may begin with QEMU's name and an option, and QEMU's standard
 * output when WHPX works (target/i386/whpx/whpx-all.c). vfkit writes a log with levels, and the list
 * of its options after each error.
 */
const harmless = new RegExp(
  [
    '(?:^|: )warning: ',
    '^Windows Hypervisor Platform accelerator is operational$',
    '^time=\\S+ level=(?:debug|info|warning) ',
    '^(?:Usage|Flags):$',
    '^ +vfkit \\[flags\\]$',
    '^ +(?:-\\w, )?--\\w',
  ].join('|'),
);

/** The hypervisor's output so far; empty if there is no file. */
export async function readHypervisorLog(path: string): Promise<string> {
  return (await log.attempt("Reading QEMU's log", readFile(path, 'utf8'))) ?? '';
}

/** The lines that may report a problem. */
export function complaints(log: string): string[] {
  return log
    .split(/\r?\n/)
    .map((line) => line.trimEnd())
    .filter((line) => line !== '' && !harmless.test(line));
}

/** The hypervisor's first complaints, for display; empty if there is no log. */
export async function hypervisorLines(path: string): Promise<string[]> {
  return complaints(await readHypervisorLog(path))
    .slice(0, mostLines)
    .map((line) => `hypervisor: ${line}`);
}
