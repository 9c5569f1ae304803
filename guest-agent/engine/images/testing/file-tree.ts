import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { readXattrs } from '../../../runtime/testing/xattrs.ts';

/** The visible properties of a file, without those that two copies can't share. */
export interface FileFacts {
  /** Type and permissions, octal. */
  readonly mode: string;
  readonly uid: number;
  readonly gid: number;
  readonly mtimeMs: number;
  /** Undefined for directories, whose size and link count belong to the file system. */
  readonly size?: number;
  readonly links?: number;
  readonly device?: number;
  readonly target?: string;
  readonly content?: string;
  /** The first path of the same file. Only hard links have the same value. */
  readonly sameAs?: string;
  readonly xattrs: Readonly<Record<string, string>>;
}

const S_IFMT = 0o170000;

/** Every file below a directory, by path. Bytes that aren't ASCII are percent-encoded. */
export async function readTree(root: string): Promise<Record<string, FileFacts>> {
  const tree: Record<string, FileFacts> = {};
  const firstPaths = new Map<string, string>();
  const walk = async (path: Buffer, name: string): Promise<void> => {
    const stat = await lstat(path);
    const type = stat.mode & S_IFMT;
    const file = type !== 0o040000;
    const identity = `${stat.dev}:${stat.ino}`;
    const sameAs = firstPaths.get(identity) ?? name;
    firstPaths.set(identity, sameAs);
    tree[name] = {
      mode: stat.mode.toString(8),
      uid: stat.uid,
      gid: stat.gid,
      mtimeMs: stat.mtimeMs,
      ...(file ? { size: stat.size, links: stat.nlink, sameAs } : {}),
      ...(type === 0o020000 || type === 0o060000 ? { device: stat.rdev } : {}),
      ...(type === 0o120000 ? { target: encode(await readlink(path, 'buffer')) } : {}),
      ...(type === 0o100000 ? { content: await contentHash(path) } : {}),
      // Attributes of overlayfs don't belong to the file.
      xattrs: Object.fromEntries(
        Object.entries(readXattrs(path)).filter(([key]) => !key.startsWith('trusted.overlay.')),
      ),
    };
    if (file) return;
    const children = await readdir(path, { encoding: 'buffer' });
    for (const child of children.sort(Buffer.compare)) {
      await walk(Buffer.concat([path, Buffer.from('/'), child]), `${name}/${encode(child)}`);
    }
  };
  await walk(Buffer.from(root), '.');
  return tree;
}

async function contentHash(path: Buffer): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}

function encode(bytes: Buffer): string {
  return bytes.toString('latin1').replace(/[^\x21-\x7e]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}
