import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { isSystemError } from '../base/system-error.ts';
import { findResource } from '../home/resources.ts';

/** Apps started from a desktop don't get the shell's PATH. */
const usualFolders: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  darwin: ['/opt/homebrew/bin', '/usr/local/bin'],
  win32: ['C:\\Program Files\\qemu'],
};

/** Finds a program: first in a folder that ships with Berth, then on PATH, then in the usual folders. */
export function locateProgram(
  file: string,
  shipped: string,
  environment: NodeJS.ProcessEnv,
  platform: NodeJS.Platform = process.platform,
): string | undefined {
  return programFolders(shipped, environment, platform)
    .map((folder) => join(folder, file))
    .find(isProgram);
}

/** The folders that may have a program, in order. */
export function programFolders(
  shipped: string,
  environment: NodeJS.ProcessEnv,
  platform: NodeJS.Platform,
): string[] {
  const folders = [
    findResource(shipped),
    ...(environment.PATH ?? '').split(delimiter),
    ...(usualFolders[platform] ?? []),
  ];
  return folders.flatMap((folder) => (folder ? [folder] : []));
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return false;
  }
}
