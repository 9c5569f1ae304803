import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { posix } from 'node:path';
import { Readable } from 'node:stream';
import { loadFileCalls, readXattr } from '../../runtime/files/file-calls.ts';
import { tarMember } from '../../store/tar/member.ts';
import { type TarItem, writeTar } from '../../store/tar/writer.ts';
import { type TreeFile, walkTree } from './tree.ts';
import { TreeMembers } from './tree-members.ts';

/** OCI image-spec, layer.md, "Whiteouts". */
const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';

/**
 * Turns an overlay's upper directory into an image layer (OCI image-spec, layer.md): the
 * uncompressed tar, with the same bytes for the same files. Deletions become whiteouts. Fails with
 * `code` ENOENT if the directory is missing. Changes during the call may or may not be included, so
 * call this while nobody writes. Files that `isLeftOut` selects are skipped.
 */
export function upperLayer(
  directory: string,
  isLeftOut: (file: TreeFile) => boolean = () => false,
): Readable {
  return Readable.from(writeTar(layerItems(directory, isLeftOut)), { objectMode: false });
}

async function* layerItems(
  directory: string,
  isLeftOut: (file: TreeFile) => boolean,
): AsyncGenerator<TarItem> {
  await loadFileCalls();
  await using root = await open(directory, constants.O_RDONLY | constants.O_DIRECTORY);
  const members = new TreeMembers('own disk');
  for await (const file of walkTree(root.fd, '', undefined, 'own disk')) {
    if (isWhiteout(file)) {
      yield marker(
        file,
        posix.join(posix.dirname(file.name), WHITEOUT + posix.basename(file.name)),
      );
      continue;
    }
    if (isLeftOut(file)) continue;
    const item = await members.item(file);
    if (item === undefined) continue;
    yield item;
    if (isOpaque(file)) yield marker(file, `${file.name}/${OPAQUE}`);
  }
}

/**
 * Whether a file is a whiteout: a character device 0, 0 (kernel documentation,
 * filesystems/overlayfs).
 */
export function isWhiteout({ stats }: TreeFile): boolean {
  return stats.isCharacterDevice() && stats.rdev === 0n;
}

/** Whether a directory hides the lower layers' content under its name. */
export function isOpaque({ path, stats }: TreeFile): boolean {
  return stats.isDirectory() && readXattr(path, 'trusted.overlay.opaque')?.toString() === 'y';
}

function marker({ stats }: TreeFile, name: string): TarItem {
  const mtime = Number(stats.mtimeNs / 1_000_000_000n);
  return { member: tarMember({ name, type: 'file', mode: 0, mtime }) };
}
