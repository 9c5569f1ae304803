import { open } from 'node:fs/promises';
import { loggerOf } from '../base/log.ts';
import { fileChanges } from '../settings/file-changes.ts';

const log = loggerOf('machine');

/** Bytes of one piece. */
const pieceSize = 64 * 1024;

/**
 * What the console's file holds, then what is added to it, in pieces. Begins anew with the file:
 * when the machine starts again, or the file was shortened. Ends when `signal` aborts.
 */
export async function* followConsole(
  path: string,
  signal: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
  let position = 0;
  for await (const _ of fileChanges([path], signal)) {
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
