import type { Duplex, Writable } from 'node:stream';
import { writeTo } from '../../../contract/stream-flow.ts';
import type { Attachment, OutputPacket } from '../../../runtime/conmon/attach-socket.ts';
import { DetachKeys } from './detach-keys.ts';

export interface StreamOptions {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
  /** Whether the end of the client's input closes the process's input. */
  readonly closesStdin: boolean;
  readonly detachKeys: readonly number[];
}

/** Encodes a piece of output for the client: unchanged for a terminal, otherwise in a frame. */
export type Encode = (stream: OutputPacket['stream'], data: Buffer) => Buffer;

/**
 * Joins a client to a process until the process ends, the client disconnects or types the detach
 * keys. All output before the exit reaches the client, and all input before the disconnect reaches
 * the process. A slow client slows the process down, so that nothing is buffered.
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
      // The code below handles a client that has disconnected.
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

/** Resolves when the detach keys are typed, or at the end of the input. */
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
    // The end of the output shows that the process is gone, and the client's events show that the
    // client is.
    dropInput(client);
  }
  return 'over';
}

/**
 * Reads and drops a client's input. Its end shows that the client has disconnected, and a
 * connection that is closed with unread input can lose output.
 */
export function dropInput(client: Duplex): void {
  client.resume();
}
