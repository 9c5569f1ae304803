import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { EngineError } from '../errors.ts';
import type { HttpResponse } from './http/http.ts';
import type { Descriptor } from './manifest.ts';

/**
 * Opens the blob at an offset. A server may ignore the range and answer 200 with the whole blob.
 */
export type OpenBlob = (offset: number, signal: AbortSignal) => Promise<HttpResponse>;

/** How many tries in a row may be fruitless. */
const MAX_FRUITLESS_TRIES = 5;
const FIRST_PAUSE_MS = 500;
/** A try that brings fewer bytes counts as fruitless. Otherwise, a server could keep a pull for ever. */
const FRUITFUL_BYTES = 16 << 10;
/** The longest without a fruitful try. */
const MAX_FRUITLESS_MS = 120_000;

/**
 * Downloads a blob as one stream. If the connection breaks, the download resumes at the same byte.
 * Ends only after size and digest are verified; otherwise throws EngineError 'invalid'.
 */
export async function* downloadBlob(
  { digest, size }: Descriptor,
  open: OpenBlob,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let received = 0;
  let fruitless = 0;
  let fruitfulAt = performance.now();
  do {
    const before = received;
    try {
      for await (const chunk of readFrom(received, open, signal)) {
        received += chunk.length;
        if (received > size) throw tooLong(digest, size);
        if (received - before >= FRUITFUL_BYTES) {
          fruitless = 0;
          fruitfulAt = performance.now();
        }
        hash.update(chunk);
        yield chunk;
      }
      if (received < size) throw new Error('unexpected EOF');
    } catch (cause) {
      signal.throwIfAborted();
      if (cause instanceof EngineError && cause.code !== 'unavailable') throw cause;
      const isLate = performance.now() - fruitfulAt > MAX_FRUITLESS_MS;
      if (++fruitless > MAX_FRUITLESS_TRIES || isLate) {
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new EngineError(
          'unavailable',
          `download of ${digest} stopped at byte ${received} of ${size} and could not be resumed: ${reason}`,
          { cause },
        );
      }
      await delay(FIRST_PAUSE_MS * 2 ** (fruitless - 1), undefined, { signal });
    }
  } while (received < size);
  if (`sha256:${hash.digest('hex')}` !== digest) {
    throw new EngineError('invalid', `filesystem layer verification failed for digest ${digest}`);
  }
}

/** Reads the blob over one connection, from `offset` on. */
async function* readFrom(
  offset: number,
  open: OpenBlob,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const response = await open(offset, signal);
  // Without the right Content-Range, the answer is the whole blob: skip the bytes that were already
  // read.
  const resumed = response.status === 206 && firstByte(response) === offset;
  if (response.status === 206 && !resumed) {
    response.body.destroy();
    throw new EngineError(
      'invalid',
      `${response.url.host} answered with a different range than requested`,
    );
  }
  let skip = resumed ? 0 : offset;
  for await (const chunk of response.body as AsyncIterable<Buffer>) {
    if (chunk.length > skip) yield chunk.subarray(skip);
    skip = Math.max(0, skip - chunk.length);
  }
}

function firstByte(response: HttpResponse): number {
  return Number(/^bytes (\d+)-/.exec(response.headers['content-range'] ?? '')?.[1]);
}

function tooLong(digest: string, size: number): EngineError {
  return new EngineError('invalid', `blob ${digest} is longer than the ${size} bytes announced`);
}
