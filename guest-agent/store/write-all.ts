import type { FileHandle } from 'node:fs/promises';

/** Writes all bytes at an offset, or where the file's last write ended. */
export async function writeAll(file: FileHandle, bytes: Buffer, offset?: number): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const place = offset === undefined ? null : offset + at;
    at += (await file.write(bytes, at, bytes.length - at, place)).bytesWritten;
  }
}
