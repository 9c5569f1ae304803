import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { BenchMachine } from './machine.ts';

const MAIN = join(import.meta.dirname, '../../electron/cli/main.ts');

/** Runs `berth` as a user does, and returns its output. Rejects if `berth` fails. */
export async function berth(machine: BenchMachine, ...words: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [MAIN, ...words], {
    env: { ...process.env, BERTH_HOME: await machine.home() },
    maxBuffer: 64 * 1024 ** 2,
  });
  return stdout.trim();
}
