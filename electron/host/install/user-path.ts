import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HostError } from '../base/errors.ts';
import { loggerOf } from '../base/log.ts';
import { type ProgramResult, runProgram } from '../base/process.ts';
import { readRegistryText, registryFile } from './registry-file.ts';

const log = loggerOf('install');

/** The PATH of the user's account in Windows, which new terminals get. */
export interface UserPath {
  /** Whether the PATH contains this folder. */
  contains(directory: string): Promise<boolean>;
  /** Idempotent. Adds the folder at the end. Rejects with HostError 'invalid'. */
  add(directory: string): Promise<void>;
  /** Idempotent. Leaves all other entries as they are. Rejects with HostError 'invalid'. */
  remove(directory: string): Promise<void>;
}

export type RunProgram = (program: string, args: readonly string[]) => Promise<ProgramResult>;

const key = 'HKEY_CURRENT_USER\\Environment';
const name = 'Path';

/**
 * The user's PATH in the registry. Reads and writes files of `reg.exe`: they keep variables such as
 * %USERPROFILE% and all letters, which its output doesn't.
 */
export function createUserPath(
  run: RunProgram = runProgram,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): UserPath {
  const same = (entry: string, directory: string) =>
    comparable(expand(entry, environment)) === comparable(directory);

  return {
    contains: async (directory) =>
      entriesOf((await read(run)).value).some((entry) => same(entry, directory)),

    async add(directory) {
      const { value, expandable } = await read(run);
      const entries = entriesOf(value);
      if (entries.some((entry) => same(entry, directory))) return;
      await write(run, { value: [...entries, directory].join(';'), expandable });
    },

    async remove(directory) {
      const { value, expandable } = await read(run);
      const entries = entriesOf(value);
      const others = entries.filter((entry) => !same(entry, directory));
      if (others.length < entries.length) await write(run, { value: others.join(';'), expandable });
    },
  };
}

function entriesOf(path: string): string[] {
  return path.split(';').filter((entry) => entry.trim() !== '');
}

/** Windows' file names have no case, and folders may end with a backslash. */
function comparable(directory: string): string {
  return directory
    .trim()
    .replace(/^"|"$/g, '')
    .replace(/[\\/]+$/, '')
    .toLowerCase();
}

function expand(entry: string, environment: Readonly<Record<string, string | undefined>>): string {
  return entry.replace(/%([^%]+)%/g, (whole, variable: string) => environment[variable] ?? whole);
}

async function read(run: RunProgram) {
  return await withFile(async (file) => {
    await reg(run, 'read', ['export', key, file, '/y']);
    const text = await readFile(file, 'utf16le');
    // An account without a PATH of its own has no entry.
    return readRegistryText(text, name) ?? { value: '', expandable: true };
  });
}

async function write(run: RunProgram, text: { value: string; expandable: boolean }) {
  await withFile(async (file) => {
    await writeFile(file, `\ufeff${registryFile(key, name, text)}`, 'utf16le');
    await reg(run, 'change', ['import', file]);
  });
  await log.attempt('Telling other programs of the new PATH', announce(run));
}

async function reg(run: RunProgram, verb: string, args: readonly string[]): Promise<void> {
  const { code, stderr } = await run('reg.exe', args);
  if (code === 0) return;
  throw new HostError('invalid', `Can't ${verb} the PATH of your account: ${stderr.trim()}`, {
    hint: 'Open Settings and search for "Edit environment variables for your account".',
  });
}

/**
 * The Explorer passes its environment on to new terminals, and reads the PATH again only if a program
 * says that it has changed. .NET says so when it sets a variable, here one that doesn't exist.
 */
async function announce(run: RunProgram): Promise<void> {
  const script = "[Environment]::SetEnvironmentVariable('BERTH_PATH_CHANGED', $null, 'User')";
  const { code, stderr } = await run('powershell.exe', [
    ...['-NoLogo', '-NoProfile', '-NonInteractive', '-Command', script],
  ]);
  if (code !== 0) throw new HostError('invalid', `PowerShell failed: ${stderr.trim()}`);
}

async function withFile<Result>(work: (file: string) => Promise<Result>): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), 'berth-path-'));
  try {
    return await work(join(directory, 'environment.reg'));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
