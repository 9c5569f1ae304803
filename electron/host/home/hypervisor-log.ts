import { readFile } from 'node:fs/promises';
import { loggerOf } from '../base/log.ts';

const log = loggerOf('qemu');

/** A hypervisor that fails may go on with all its registers. */
const mostLines = 12;

/**
 * Lines that tell of nothing wrong: warnings, before which QEMU may name itself and an option, and
 * what QEMU writes to its standard output when WHPX works (target/i386/whpx/whpx-all.c).
 */
const harmless = /(?:^|: )warning: |^Windows Hypervisor Platform accelerator is operational$/;

/** All that the hypervisor has said so far; nothing while there is no file. */
export async function readHypervisorLog(path: string): Promise<string> {
  return (await log.attempt("Reading QEMU's log", readFile(path, 'utf8'))) ?? '';
}

/** The lines that may tell of something wrong. */
export function complaints(log: string): string[] {
  return log
    .split(/\r?\n/)
    .map((line) => line.trimEnd())
    .filter((line) => line !== '' && !harmless.test(line));
}

/** What the hypervisor complained about first, to be shown; none where there is no log. */
export async function hypervisorLines(path: string): Promise<string[]> {
  return complaints(await readHypervisorLog(path))
    .slice(0, mostLines)
    .map((line) => `hypervisor: ${line}`);
}
