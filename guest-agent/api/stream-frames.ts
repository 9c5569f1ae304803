import type { Encode } from '../engine/containers/streams/streams.ts';

export const rawStream = 'application/vnd.docker.raw-stream';
export const multiplexedStream = 'application/vnd.docker.multiplexed-stream';

const streamNumbers = { stdout: 1, stderr: 2 };

/** Docker's frame: stream number, three zero bytes, length (big-endian), data. */
export const frame: Encode = (stream, data) => {
  const header = Buffer.alloc(8);
  header[0] = streamNumbers[stream];
  header.writeUInt32BE(data.length, 4);
  return Buffer.concat([header, data]);
};

/** A terminal has one stream, which is sent unchanged. */
export const unframed: Encode = (_, data) => data;
