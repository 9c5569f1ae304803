import { randomBytes } from 'node:crypto';
import {
  chmod,
  link,
  mkdir,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  utimes,
} from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { ifMissing } from '../../errors.ts';
import { writeFileAtomic } from '../../store/atomic-file.ts';

/** By path: what a file looked like at the client when it was transferred. */
export type Fingerprints = ReadonlyMap<string, string>;

const indexSchema = z.object({
  tree: z.string().regex(/^tree-[0-9a-f]+$/),
  files: z.array(z.tuple([z.string(), z.string()])),
});

/** A directory of a client as of its last build, so that the next one transfers only changes. */
export interface KeptTree {
  /** The directory with the files. */
  readonly path: string;
  readonly fingerprints: Fingerprints;
}

const INDEX = 'index.json';

/**
 * Reads the tree below `directory`: an empty one if there is none, or if a crash cut a change off.
 * Removes other trees unless a build uses them.
 */
export async function openTree(
  directory: string,
  isUsed: (path: string) => boolean,
): Promise<KeptTree> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const index = await readIndex(directory);
  const tree = index?.tree ?? newName();
  for (const name of await readdir(directory)) {
    const path = join(directory, name);
    if (name !== INDEX && name !== tree && !isUsed(path)) {
      await rm(path, { recursive: true, force: true });
    }
  }
  const path = join(directory, tree);
  await mkdir(path, { recursive: true, mode: 0o755 });
  return { path, fingerprints: new Map(index?.files) };
}

/** Makes the tree's files unknown until `saveTree`, so that a crash can't leave a wrong index. */
export async function beginChange(directory: string): Promise<void> {
  await rm(join(directory, INDEX), { force: true });
}

export async function saveTree(directory: string, { path, fingerprints }: KeptTree): Promise<void> {
  const tree = path.slice(directory.length + 1);
  const text = JSON.stringify({ tree, files: [...fingerprints] });
  await writeFileAtomic(join(directory, INDEX), text);
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
  const { mode, atime, mtime } = await stat(from);
  await mkdir(to, { mode: 0o700 });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await cloneDirectory(source, target);
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
    else await link(source, target);
  }
  await chmod(to, mode & 0o7777);
  await utimes(to, atime, mtime);
}

/** The bytes of a tree's files, by the client's word. */
export async function treeSize(directory: string): Promise<number> {
  const index = await readIndex(directory);
  const sizes = index?.files.map(([, print]) => Number(/^file \d+ (\d+)/.exec(print)?.[1] ?? 0));
  return sizes?.reduce((sum, size) => sum + size, 0) ?? 0;
}

async function readIndex(directory: string): Promise<z.infer<typeof indexSchema> | undefined> {
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
