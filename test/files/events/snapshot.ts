import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** All that a user could notice of the files in a folder, one line each: contents, times, modes, links. */
export function snapshot(root: string, path = ''): string[] {
  const stat = lstatSync(join(root, path), { bigint: true });
  const { mode, uid, gid, nlink, ino, size, mtimeNs, ctimeNs } = stat;
  const content = () => {
    if (stat.isSymbolicLink()) return readlinkSync(join(root, path));
    if (!stat.isFile()) return '';
    return createHash('sha256')
      .update(readFileSync(join(root, path)))
      .digest('hex');
  };
  const line = [
    path || '.',
    mode.toString(8),
    uid,
    gid,
    nlink,
    ino,
    size,
    mtimeNs,
    ctimeNs,
    content(),
  ];
  const below = stat.isDirectory() ? readdirSync(join(root, path)).toSorted() : [];
  return [line.join(' '), ...below.flatMap((name) => snapshot(root, join(path, name)))];
}
