import { constants } from 'node:fs';
import { lstat, open } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { openScratch } from '../../build/scratch.ts';
import type { Engine } from '../../engine/engine.ts';
import { openImageTree } from '../../engine/images/image-tree.ts';
import { EngineError, ifMissing } from '../../errors.ts';
import { resolveInRoot } from '../../runtime/files/rootfs-path.ts';
import { goFileMode } from '../files/tree-entry.ts';
import type { StatSchema } from '../generated/github.com/tonistiigi/fsutil/types/stat_pb.js';
import type { Result } from '../jobs/job.ts';

/** Clients read only Dockerfiles and similar files. */
const MAX_READ_BYTES = 16 << 20;

/** Reads a part of a file of a result: all of it if `length` is 0. */
export async function readResultFile(
  engine: Engine,
  result: Result,
  path: string,
  { offset, length }: { offset: number; length: number },
): Promise<Uint8Array> {
  return withFiles(engine, result, async (root) => {
    const place = await resolveInRoot(root, path);
    const flags = constants.O_RDONLY | constants.O_NONBLOCK;
    const file = await open(place, flags).catch(ifMissing(undefined));
    if (file === undefined) throw missing(path);
    await using opened = file;
    const stats = await opened.stat();
    if (!stats.isFile()) throw new EngineError('invalid', `${path} is not a file`);
    const rest = Math.max(0, stats.size - offset);
    const size = length > 0 ? Math.min(length, rest) : rest;
    if (size > MAX_READ_BYTES) throw new EngineError('invalid', `${path} is too large to read`);
    const buffer = Buffer.alloc(size);
    const { bytesRead } = await opened.read(buffer, 0, size, offset);
    return buffer.subarray(0, bytesRead);
  });
}

export async function statResultFile(
  engine: Engine,
  result: Result,
  path: string,
): Promise<MessageInitShape<typeof StatSchema>> {
  return withFiles(engine, result, async (root) => {
    // A `..` that is left in the name would lead out of the root.
    const absolute = posix.join('/', path);
    const name = posix.basename(absolute);
    const place = join(await resolveInRoot(root, posix.dirname(absolute)), name);
    const stats = await lstat(place).catch(ifMissing(undefined));
    if (stats === undefined) throw missing(path);
    const kind = stats.isDirectory() ? 'directory' : stats.isSymbolicLink() ? 'symlink' : 'file';
    return {
      path: name,
      mode: goFileMode(kind, stats.mode & 0o7777),
      ...{ uid: stats.uid, gid: stats.gid, size: BigInt(stats.size) },
      modTime: BigInt(Math.floor(stats.mtimeMs)) * 1_000_000n,
    };
  });
}

async function withFiles<T>(
  engine: Engine,
  { image, directory }: Result,
  work: (root: string) => Promise<T>,
): Promise<T> {
  if (directory !== undefined) return work(directory);
  await using scratch = await openScratch(engine);
  await using tree = await openImageTree(engine, image?.layers ?? [], scratch.path);
  return await work(tree.root);
}

function missing(path: string): EngineError {
  return new EngineError('not-found', `open ${path}: no such file or directory`);
}
