import { constants } from 'node:fs';

const { S_IFMT, S_IFREG } = constants;

/**
 * The mode that the VM sees. Windows keeps no permissions for a file, only whether it is read-only,
 * and Node reports nothing there as executable. So everything is executable, as in Docker Desktop.
 * On a folder, the read-only attribute means that Windows shows it with a custom icon.
 */
export function servedMode(mode: number, platform: NodeJS.Platform): number {
  if (platform !== 'win32') return mode;
  const type = mode & S_IFMT;
  const isReadOnly = type === S_IFREG && (mode & 0o222) === 0;
  return type | (isReadOnly ? 0o555 : 0o777);
}

/** Whether the host can keep the permissions of a file; Windows can make only files read-only. */
export const keepsMode = (isFile: boolean, platform: NodeJS.Platform): boolean =>
  platform !== 'win32' || isFile;
