import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { reasonOf } from '../../../base/errors.ts';
import { loggerOf } from '../../../base/log.ts';
import { MOST_BYTES } from './file-object.ts';

const log = loggerOf('kube');

/** A file, or the files of a folder. */
export interface SmallFiles {
  readonly isFolder: boolean;
  /** By name. */
  readonly files: Readonly<Record<string, Buffer>>;
}

/**
 * Reads a file, or a folder that has only files, if they fit into a ConfigMap. Undefined for
 * anything else: it can't be carried over.
 */
export async function readSmallFiles(path: string): Promise<SmallFiles | undefined> {
  try {
    const found = await stat(path);
    if (found.isFile()) {
      if (found.size > MOST_BYTES) return undefined;
      return { isFolder: false, files: { [basename(path)]: await readFile(path) } };
    }
    return found.isDirectory() ? await readFolder(path) : undefined;
  } catch (error) {
    log.info(`${path} can't become a ConfigMap: ${reasonOf(error)}`);
    return undefined;
  }
}

async function readFolder(path: string): Promise<SmallFiles | undefined> {
  const entries = await readdir(path, { withFileTypes: true });
  if (entries.length === 0 || !entries.every((entry) => entry.isFile())) return undefined;
  const sizes = await Promise.all(entries.map(({ name }) => stat(join(path, name))));
  if (sizes.reduce((sum, { size }) => sum + size, 0) > MOST_BYTES) return undefined;
  const files: Record<string, Buffer> = {};
  for (const { name } of entries) files[name] = await readFile(join(path, name));
  return { isFolder: true, files };
}
