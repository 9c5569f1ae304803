import { basename } from 'node:path';
import { loggerOf } from '../../host/base/log.ts';
import { runProgram } from '../../host/base/process.ts';
import { type Shell, shells } from './script.ts';

const log = loggerOf('completion');

/**
 * The shell that called: by the name of the parent process, as a shell may have been started from
 * another one, else by `SHELL`. On Windows, whose processes tell it slowly, by what each sets.
 */
export async function detectShell(
  environment: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
  parentName: () => Promise<string> = nameOfParent,
): Promise<Shell> {
  if (platform === 'win32') {
    if (environment.SHELL) return 'bash';
    return environment.PROMPT ? 'cmd' : 'powershell';
  }
  return asShell(await parentName()) ?? asShell(environment.SHELL ?? '') ?? 'bash';
}

/** `-zsh` is a login shell; other shells of the Bourne family read what bash does. */
function asShell(path: string): Shell | undefined {
  const name = basename(path.trim()).replace(/^-/, '');
  if (name === 'pwsh') return 'powershell';
  if (/^(a|da|k|mk)?sh$/.test(name)) return 'bash';
  return shells.find((shell) => shell === name);
}

async function nameOfParent(): Promise<string> {
  const args = ['-o', 'comm=', '-p', String(process.ppid)];
  const found = await log.attempt('Looking for the shell', runProgram('ps', args));
  return found?.stdout ?? '';
}
