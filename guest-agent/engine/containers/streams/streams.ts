import { once } from 'node:events';
import type { Duplex, Writable } from 'node:stream';
import type { Attachment, OutputPacket } from '../../../runtime/conmon/attach-socket.ts';
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
 * What the process wrote before it ended reaches the client, and what the client sent before it
 * went reaches the process. A slow client slows the process down; nothing is kept in memory for it.
 */
export async function joinStreams(
  client: Duplex,
  process: Attachment,
  options: StreamOptions,
  encode: Encode,
): Promise<'ended' | 'detached'> {
  const outcome = Promise.withResolvers<'ended' | 'detached'>();
  const detach = () => outcome.resolve('detached');
  const output = pumpOutput(client, process, options, encode).then(
    () => outcome.resolve('ended'),
    (error) => {
      // A client that is gone is waited for below.
      if (!client.destroyed) outcome.reject(error);
    },
  );
  const input = options.stdin
    ? pumpInput(client, process, options).then((how) => {
        if (how === 'detached') detach();
      })
    : Promise.resolve();
  const gone = () => void input.then(detach);
  if (client.closed) gone();
  else client.once('close', gone);
  try {
    return await outcome.promise;
  } finally {
    client.off('close', gone);
    process.close();
    await output;
  }
}

async function pumpOutput(
  client: Writable,
  process: Attachment,
  options: StreamOptions,
  encode: Encode,
): Promise<void> {
  for await (const packet of process.output as AsyncIterable<OutputPacket>) {
    if (options[packet.stream]) await writeTo(client, encode(packet.stream, packet.data));
  }
}

/** Resolves when the detach keys were typed, or when there is no more input to pass on. */
async function pumpInput(
  client: Duplex,
  process: Attachment,
  options: StreamOptions,
): Promise<'detached' | 'over'> {
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
    // The process is gone, which its output tells, or the client is, which its own events tell.
    dropInput(client);
  }
  return 'over';
}

/**
 * Reads a client's input for nobody: its end shows that the client has gone, and a connection closed
 * with unread input can lose the output that is still on its way.
 */
export function dropInput(client: Duplex): void {
  client.resume();
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
