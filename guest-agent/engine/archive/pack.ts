import { constants } from 'node:fs';
import { lstat, statfs } from 'node:fs/promises';
import { posix } from 'node:path';
import { O_PATH, openInRoot } from '../../runtime/files/file-calls.ts';
import type { TarItem } from '../../store/tar/writer.ts';
import { pathIn, type TreeFile, walkTree } from './tree.ts';
import { TreeMembers } from './tree-members.ts';

/**
 * The tar members of one path, as `docker cp` expects them: one file, or a directory with its
 * content, where every name begins with the path's last part. A link isn't followed unless a slash
 * follows it.
 */
export async function* packPath(root: number, path: string): AsyncGenerator<TarItem> {
  const members = new TreeMembers();
  // Docker names the members of the root "/bin", and those of "/etc/." "./passwd".
  const base = bytesOf(posix.basename(path));
  const folder = openDirectory(root, path);
  if (folder === undefined) {
    using parent = openInRoot(root, posix.dirname(path), O_PATH | constants.O_DIRECTORY);
    const at = pathIn(parent.fd, base);
    yield* item(members, { name: base, path: at, stats: await lstat(at, { bigint: true }) });
    return;
  }
  using directory = folder;
  const at = pathIn(directory.fd, '.');
  yield* item(members, { name: base, path: at, stats: await lstat(at, { bigint: true }) });
  const { dev } = await lstat(at);
  const descend = (file: TreeFile) => isOfFiles(file, BigInt(dev), base === '');
  for await (const file of walkTree(directory.fd, `${base}/`, descend)) yield* item(members, file);
}

/**
 * File systems that the kernel generates (linux/magic.h): proc, sysfs, cgroup, devpts, mqueue and
 * so on.
 */
const KERNEL_FILES = new Set([
  ...[0x9fa0, 0x62656572, 0x27e0eb, 0x63677270, 0x1cd1, 0x19800202, 0x64626720, 0x74726163],
]);

/**
 * Whether to copy the content of a directory. Directories of the kernel are skipped, since their
 * files may have no end, and so are the devices if the whole root is copied. If requested by their
 * own path, these are copied too.
 */
async function isOfFiles({ name, path, stats }: TreeFile, dev: bigint, ofRoot: boolean) {
  if (stats.dev === dev) return true;
  if (ofRoot && name === '/dev') return false;
  return !KERNEL_FILES.has((await statfs(path)).type);
}

/** The members for a tar of everything below a directory. */
export async function* packDirectory(directory: number): AsyncGenerator<TarItem> {
  const members = new TreeMembers();
  for await (const file of walkTree(directory)) yield* item(members, file);
}

async function* item(members: TreeMembers, file: TreeFile): AsyncGenerator<TarItem> {
  const made = await members.item(file);
  if (made !== undefined) yield made;
}

/** Undefined if the path isn't a directory. */
function openDirectory(root: number, path: string) {
  try {
    return openInRoot(root, path, O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTDIR' && code !== 'ELOOP') throw error;
    return undefined;
  }
}

function bytesOf(name: string): string {
  return Buffer.from(name).toString('latin1');
}
