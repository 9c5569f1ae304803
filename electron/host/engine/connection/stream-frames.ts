import type { Writable } from 'node:stream';
import { HostError } from '../../base/errors.ts';

/** A chunk of one stream's bytes. A frame that arrives in several reads gives several chunks. */
export interface FramePiece {
  readonly stream: 'stdout' | 'stderr';
  readonly data: Buffer;
}

const HEADER_LENGTH = 8;

/** The first byte of the header (Engine API, ContainerAttach); 3 is an error of the engine. */
const STREAMS: Readonly<Record<number, FramePiece['stream'] | undefined>> = {
  0: 'stdout',
  1: 'stdout',
  2: 'stderr',
};
const ENGINE_ERROR = 3;

/**
 * Decodes the framed stream of attach, exec and logs: a frame is one byte for the stream, three
 * zero bytes, the length as a big-endian uint32, and the data. Reads only as fast as the caller
 * does.
 */
export async function* readFrames(
  source: AsyncIterable<Buffer>,
): AsyncGenerator<FramePiece, void, undefined> {
  let header = Buffer.alloc(0);
  let kind = 0;
  let remaining = 0;
  let engineError = '';
  for await (const chunk of source) {
    let offset = 0;
    while (offset < chunk.length) {
      if (remaining === 0) {
        const part = chunk.subarray(offset, offset + HEADER_LENGTH - header.length);
        offset += part.length;
        header = Buffer.concat([header, part]);
        if (header.length < HEADER_LENGTH) continue;
        kind = header.readUInt8(0);
        remaining = header.readUInt32BE(4);
        header = Buffer.alloc(0);
        continue;
      }
      const data = chunk.subarray(offset, offset + remaining);
      offset += data.length;
      remaining -= data.length;
      const stream = STREAMS[kind];
      if (stream) yield { stream, data };
      else if (kind === ENGINE_ERROR) engineError += data.toString();
      else throw new HostError('engine', `the engine sent a frame of unknown type ${kind}`);
    }
  }
  if (engineError !== '') throw new HostError('engine', engineError.trim());
  if (remaining > 0 || header.length > 0) {
    throw new HostError('connection', 'the connection to the engine was lost while it sent output');
  }
}

/**
 * Writes the bytes of each stream to its output, respecting backpressure. Doesn't end the outputs.
 */
export async function copyFrames(
  source: AsyncIterable<Buffer>,
  stdout: Writable,
  stderr: Writable,
): Promise<void> {
  for await (const { stream, data } of readFrames(source)) {
    await write(stream === 'stdout' ? stdout : stderr, data);
  }
}

/** Writes the bytes of a terminal, respecting backpressure. Doesn't end `output`. */
export async function copyRaw(source: AsyncIterable<Buffer>, output: Writable): Promise<void> {
  for await (const data of source) await write(output, data);
}

function write(output: Writable, data: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    output.write(data, (error) => (error ? reject(error) : resolve()));
  });
}
