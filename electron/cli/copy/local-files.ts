import { stat } from 'node:fs/promises';

/** The file or folder at a path of the host. Follows links. Undefined if the path doesn't exist. */
export async function statLocal(path: string): Promise<{ isDirectory: boolean } | undefined> {
  try {
    return { isDirectory: (await stat(path)).isDirectory() };
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}
