import { readdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Folder } from '../../api/local-files.ts';
import { HostError } from '../base/errors.ts';
import { loggerOf } from '../base/log.ts';

const log = loggerOf('files');

/** Lists a folder of the host; follows symbolic links. */
export async function readFolder(path: string): Promise<Folder> {
  const absolute = resolve(path);
  try {
    const found = await readdir(absolute, { withFileTypes: true });
    const entries = await Promise.all(
      found.map(async (entry) => {
        const kind = entry.isSymbolicLink() ? await kindBehind(join(absolute, entry.name)) : entry;
        if (kind?.isDirectory()) return { name: entry.name, kind: 'folder' as const };
        return kind?.isFile() ? { name: entry.name, kind: 'file' as const } : undefined;
      }),
    );
    const parent = dirname(absolute);
    return {
      path: absolute,
      ...(parent === absolute ? {} : { parent }),
      entries: entries.filter((entry) => entry !== undefined).sort(byKindAndName),
    };
  } catch (cause) {
    throw new HostError(
      'invalid',
      `Can't read ${absolute}: it isn't a folder, or you don't have permission`,
      { cause },
    );
  }
}

/** Undefined for a broken link. */
const kindBehind = (path: string) => log.attempt(`Looking behind ${path}`, stat(path));

type Entry = Folder['entries'][number];

const isHidden = ({ name }: Entry) => name.startsWith('.');

function byKindAndName(left: Entry, right: Entry): number {
  if (left.kind !== right.kind) return left.kind === 'folder' ? -1 : 1;
  if (isHidden(left) !== isHidden(right)) return isHidden(left) ? 1 : -1;
  return left.name.localeCompare(right.name);
}
