import type { Readable } from 'node:stream';

/** The types of control frames that matter. */
export const frameTypes = { synStream: 1, synReply: 2, rstStream: 3, ping: 6, goAway: 7 } as const;

export const FIN = 1;
const CONTROL = 0x80_03_00_00;
const HEADER_BYTES = 8;

export type Frame =
  | {
      readonly kind: 'control';
      readonly type: number;
      readonly flags: number;
      readonly body: Buffer;
    }
  | { readonly kind: 'data'; readonly id: number; readonly flags: number; readonly body: Buffer };

/** The frames of SPDY/3.1 that a peer sends. */
export async function* readFrames(stream: Readable): AsyncGenerator<Frame> {
  let waiting: Buffer = Buffer.alloc(0);
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    waiting = waiting.length === 0 ? chunk : Buffer.concat([waiting, chunk]);
    for (;;) {
      if (waiting.length < HEADER_BYTES) break;
      const first = waiting.readUInt32BE(0);
      const second = waiting.readUInt32BE(4);
      const end = HEADER_BYTES + (second & 0xff_ff_ff);
      if (waiting.length < end) break;
      const body = waiting.subarray(HEADER_BYTES, end);
      const flags = second >>> 24;
      yield first >= CONTROL
        ? { kind: 'control', type: first & 0xff_ff, flags, body }
        : { kind: 'data', id: first, flags, body };
      waiting = waiting.subarray(end);
    }
  }
}

export function controlFrame(type: number, flags: number, body: Buffer): Buffer {
  return Buffer.concat([head(CONTROL + type, flags, body.length), body]);
}

export function dataFrame(id: number, flags: number, body: Buffer): Buffer {
  return Buffer.concat([head(id, flags, body.length), body]);
}

function head(first: number, flags: number, length: number): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES);
  bytes.writeUInt32BE(first, 0);
  bytes.writeUInt32BE(flags * 2 ** 24 + length, 4);
  return bytes;
}

export function numbers(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, 4 * index);
  return bytes;
}
