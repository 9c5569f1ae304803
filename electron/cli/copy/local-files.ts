import { stat } from 'node:fs/promises';

/** What is at a path of the computer, links followed; undefined when nothing is. */
export async function statLocal(path: string): Promise<{ isDirectory: boolean } | undefined> {
  try {
    return { isDirectory: (await stat(path)).isDirectory() };
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}
