import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { moveFile } from '../base/move-file.ts';

/** Writes a stream to a file. The file appears only when it is complete. */
export async function saveStream(source: Readable, path: string): Promise<void> {
  await writeWhole(path, async (partial) => {
    await pipeline(source, createWriteStream(partial, { flags: 'wx' }));
  });
}

/** Like `saveStream`, but compresses the data if the name ends in `gz`. */
export async function saveTar(tar: Readable, path: string): Promise<void> {
  if (!/gz$/i.test(path)) return saveStream(tar, path);
  await writeWhole(path, async (partial) => {
    await pipeline(tar, createGzip(), createWriteStream(partial, { flags: 'wx' }));
  });
}

/** Lets `write` create a temporary file or folder beside `path`, then moves it to `path`. */
export async function writeWhole(
  path: string,
  write: (partial: string) => Promise<void>,
): Promise<void> {
  const partial = `${path}.${process.pid}-${Date.now()}.part`;
  try {
    await write(partial);
    await moveFile(partial, path);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}
