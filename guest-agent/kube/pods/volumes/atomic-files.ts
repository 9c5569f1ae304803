import {
  chmod,
  chown,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ifMissing } from '../../../errors.ts';

export interface VolumeFile {
  readonly content: Buffer;
  /** The permissions. */
  readonly mode: number;
}

/** By path in the volume. */
export type VolumeFiles = ReadonlyMap<string, VolumeFile>;

const DATA = '..data';
const NEXT = '..data_tmp';

/**
 * Makes the files the content of a volume, all at once, as the kubelet does: the files are in a
 * directory of their own, to which the link `..data` leads, and each name in the volume is a link
 * through `..data`. A program that watches `..data` sees every change. Returns whether the content
 * has changed.
 */
export async function writeAtomically(
  volume: string,
  files: VolumeFiles,
  gid?: number,
): Promise<boolean> {
  await mkdir(volume, { recursive: true, mode: 0o755 });
  const current = await readlink(join(volume, DATA)).catch(ifMissing(undefined));
  if (current !== undefined && (await holds(join(volume, current), files))) return false;
  const name = `..${new Date().toISOString().replace(/[-:T.Z]/g, '_')}${process.hrtime()[1]}`;
  const directory = join(volume, name);
  await mkdir(directory, { mode: 0o755 });
  // Whatever the agent's umask is.
  await chmod(directory, 0o755);
  for (const [path, { content, mode }] of files) {
    const file = join(directory, path);
    await mkdir(dirname(file), { recursive: true, mode: 0o755 });
    await writeFile(file, content);
    await chmod(file, gid === undefined ? mode : mode | 0o440);
    if (gid !== undefined) await chown(file, 0, gid);
  }
  await rm(join(volume, NEXT), { force: true });
  await symlink(name, join(volume, NEXT));
  await rename(join(volume, NEXT), join(volume, DATA));
  await linkNames(volume, files);
  if (current !== undefined) await rm(join(volume, current), { recursive: true, force: true });
  return true;
}

/** The links of the first parts of all paths. */
async function linkNames(volume: string, files: VolumeFiles): Promise<void> {
  const wanted = new Set([...files.keys()].map((path) => path.split('/')[0] ?? ''));
  for (const name of await readdir(volume)) {
    if (!name.startsWith('..') && !wanted.has(name)) await rm(join(volume, name), { force: true });
  }
  for (const name of wanted) {
    if (await lstat(join(volume, name)).catch(ifMissing(undefined))) continue;
    await symlink(join(DATA, name), join(volume, name));
  }
}

async function holds(directory: string, files: VolumeFiles): Promise<boolean> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(
    ifMissing([]),
  );
  if (entries.filter((entry) => entry.isFile()).length !== files.size) return false;
  for (const [path, { content }] of files) {
    const found = await readFile(join(directory, path)).catch(ifMissing(undefined));
    if (found === undefined || !found.equals(content)) return false;
  }
  return true;
}
