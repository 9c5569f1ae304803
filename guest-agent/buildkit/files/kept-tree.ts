import { randomBytes } from 'node:crypto';
import {
  chmod,
  link,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { ifMissing } from '../../errors.ts';
import { removeDeepTree } from '../../store/remove-deep-tree.ts';

/** By path: what a file looked like at the client when it was transferred. */
export type Fingerprints = ReadonlyMap<string, string>;

const indexSchema = z.object({
  tree: z.string().regex(/^tree-[0-9a-f]+$/),
  files: z.array(z.tuple([z.string(), z.string()])),
});

type Index = z.infer<typeof indexSchema>;

/** A directory of a client as of its last build, so that the next one transfers only changes. */
export interface KeptTree {
  /** The directory with the files. */
  readonly path: string;
  readonly fingerprints: Fingerprints;
  /** Another one for each state of the files. Undefined if this process hasn't seen the files. */
  readonly version?: string | undefined;
}

const INDEX = 'index.json';

/**
 * Reads the tree below `directory`: an empty one if there is none, or if a crash cut a change off.
 * Removes other trees unless a build uses them. `isChecked` says that this process has written or
 * read the tree: the index of an earlier process can be on the disk without the files.
 */
export async function openTree(
  directory: string,
  isUsed: (path: string) => boolean,
  isChecked: boolean,
): Promise<KeptTree & { readonly isSaved: boolean }> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const found = await readIndex(directory);
  const index = found && (isChecked || (await hasFiles(directory, found))) ? found : undefined;
  const tree = index?.tree ?? newName();
  for (const name of await readdir(directory)) {
    const path = join(directory, name);
    if (name !== INDEX && name !== tree && !isUsed(path)) {
      await removeDeepTree(path);
    }
  }
  const path = join(directory, tree);
  await mkdir(path, { recursive: true, mode: 0o755 });
  return { path, fingerprints: new Map(index?.files), isSaved: index !== undefined };
}

/** Whether a directory contains a tree that was completely received. */
export const hasIndex = (directory: string) =>
  stat(join(directory, INDEX)).then(() => true, ifMissing(false));

/** Makes the tree's files unknown until `saveTree`, so that a crash can't leave a wrong index. */
export async function beginChange(directory: string): Promise<void> {
  await rm(join(directory, INDEX), { force: true });
}

/**
 * Nobody waits for the disk here: a VM that loses its power may lose the index or find it empty,
 * which costs a transfer.
 */
export async function saveTree(directory: string, { path, fingerprints }: KeptTree): Promise<void> {
  const tree = path.slice(directory.length + 1);
  const text = JSON.stringify({ tree, files: [...fingerprints] });
  const temporary = join(directory, `${INDEX}.tmp`);
  await writeFile(temporary, text, { mode: 0o600 });
  await rename(temporary, join(directory, INDEX));
}

/** Another tree with the same files, which share their content. */
export async function cloneTree(
  directory: string,
  { path, fingerprints }: KeptTree,
): Promise<KeptTree> {
  const clone = join(directory, newName());
  await cloneDirectory(path, clone);
  return { path: clone, fingerprints };
}

async function cloneDirectory(from: string, to: string): Promise<void> {
  const { mode, atimeMs, mtimeMs } = await stat(from);
  await mkdir(to, { mode: 0o700 });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await cloneDirectory(source, target);
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
    else await link(source, target);
  }
  await chmod(to, mode & 0o7777);
  await utimes(to, atimeMs / 1000, mtimeMs / 1000);
}

/** The bytes of a tree's files, by the client's word. */
export async function treeSize(directory: string): Promise<number> {
  const index = await readIndex(directory);
  return filesSize(new Map(index?.files).values());
}

/** The same by the files' fingerprints. */
export function filesSize(fingerprints: Iterable<string>): number {
  let size = 0;
  for (const print of fingerprints) size += sizeIn(print) ?? 0;
  return size;
}

/** How many files are looked at together. */
const FILES_AT_ONCE = 64;

/**
 * Whether the files have their sizes. The content of files isn't flushed to the disk before the index,
 * so that a VM that loses its power can find them shorter.
 */
async function hasFiles(directory: string, { tree, files }: Index): Promise<boolean> {
  for (let at = 0; at < files.length; at += FILES_AT_ONCE) {
    const whole = files.slice(at, at + FILES_AT_ONCE).map(async ([path, print]) => {
      const size = sizeIn(print);
      if (size === undefined) return true;
      const found = await lstat(join(directory, tree, path)).catch(ifMissing(undefined));
      return (found?.isFile() ?? false) && found?.size === size;
    });
    if ((await Promise.all(whole)).includes(false)) return false;
  }
  return true;
}

/** The size of a regular file in its fingerprint. */
function sizeIn(fingerprint: string): number | undefined {
  const [, size] = /^file \d+ (\d+)/.exec(fingerprint) ?? [];
  return size === undefined ? undefined : Number(size);
}

async function readIndex(directory: string): Promise<Index | undefined> {
  const text = await readFile(join(directory, INDEX), 'utf8').catch(ifMissing(undefined));
  if (text === undefined) return undefined;
  try {
    const index = indexSchema.safeParse(JSON.parse(text));
    return index.success ? index.data : undefined;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // A damaged index costs a transfer, nothing else.
    return undefined;
  }
}

function newName(): string {
  return `tree-${randomBytes(6).toString('hex')}`;
}
