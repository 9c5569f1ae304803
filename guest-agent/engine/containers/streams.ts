import { once } from 'node:events';
import type { Duplex, Writable } from 'node:stream';
import type { AttachSocket, OutputPacket } from '../../runtime/attach-socket.ts';
import { DetachKeys } from './detach-keys.ts';

export interface StreamOptions {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
  /** The end of the client's input closes the process's. */
  readonly closesStdin: boolean;
  readonly detachKeys: readonly number[];
}

/** How a piece of output looks on the wire: as it is for a terminal, in a frame otherwise. */
export type Encode = (stream: OutputPacket['stream'], data: Buffer) => Buffer;

/**
 * Joins a client to a process until the process ends, the client goes or types the detach keys.
 * A slow client slows the process down; nothing is kept in memory for it.
 */
export async function joinStreams(
  client: Duplex,
  process: AttachSocket,
  options: StreamOptions,
  encode: Encode,
): Promise<'ended' | 'detached'> {
  const detached = options.stdin ? pumpInput(client, process, options) : neverDetached;
  const gone = once(client, 'close').then(() => 'detached' as const);
  gone.catch(() => {});
  const ended = pumpOutput(client, process, options, encode).then(() => 'ended' as const);
  try {
    return await Promise.race([ended, detached, gone]);
  } finally {
    process.close();
    await ended.catch(() => {});
  }
}

const neverDetached = new Promise<'detached'>(() => {});

async function pumpOutput(
  client: Writable,
  process: AttachSocket,
  options: StreamOptions,
  encode: Encode,
): Promise<void> {
  for await (const packet of process.output as AsyncIterable<OutputPacket>) {
    if (options[packet.stream]) await writeTo(client, encode(packet.stream, packet.data));
  }
}

/** Resolves only when the detach keys were typed. */
async function pumpInput(
  client: Duplex,
  process: AttachSocket,
  options: StreamOptions,
): Promise<'detached'> {
  const keys = new DetachKeys(options.detachKeys);
  try {
    // The end of the input must not end the output: a plain loop would destroy the whole stream.
    const input: AsyncIterable<Buffer> = client.iterator({ destroyOnReturn: false });
    for await (const chunk of input) {
      const { pass, detached } = options.tty ? keys.feed(chunk) : { pass: chunk, detached: false };
      if (pass.length > 0) await process.write(pass);
      if (detached) return 'detached';
    }
    if (options.closesStdin) process.end();
  } catch {
    // The process is gone, which its own events tell. The rest of the input is read all the same:
    // a connection closed with unread input can lose the output that is still on its way.
    client.resume();
  }
  return neverDetached;
}

/** Waits for room when the client reads slower than we write. */
export async function writeTo(client: Writable, data: Uint8Array | string): Promise<void> {
  if (client.destroyed) throw new Error('the client is gone');
  if (client.write(data)) return;
  const done = new AbortController();
  try {
    await Promise.race([
      once(client, 'drain', { signal: done.signal }),
      once(client, 'close', { signal: done.signal }),
    ]);
  } finally {
    done.abort();
  }
}
