import { open } from 'node:fs/promises';
import { loggerOf } from '../base/log.ts';
import { fileChanges } from '../settings/file-changes.ts';

const log = loggerOf('machine');

/** The size of a chunk in bytes. */
const pieceSize = 64 * 1024;

/**
 * Yields the console file's content, then additions, in chunks. Starts over when the VM starts
 * again or the file was truncated. Ends when `signal` aborts.
 */
export async function* followConsole(
  path: string,
  signal: AbortSignal,
  platform: NodeJS.Platform = process.platform,
): AsyncGenerator<Buffer, void, undefined> {
  let position = 0;
  for await (const _ of fileChanges([path], signal, { isKeptOpen: true, platform })) {
    const file = await log.attempt(`Opening ${path}`, open(path, 'r'));
    if (!file) continue;
    try {
      const { size } = await file.stat();
      if (size < position) position = 0;
      while (position < size && !signal.aborted) {
        const length = Math.min(pieceSize, size - position);
        const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
        if (bytesRead === 0) break;
        position += bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      await file.close();
    }
  }
}
