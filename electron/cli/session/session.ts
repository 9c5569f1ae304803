import type { Readable, Transform, Writable } from 'node:stream';
import type { HijackedStream } from '../../host/engine/connection/client.ts';
import { copyFrames, copyRaw } from '../../host/engine/connection/stream-frames.ts';
import type { CliContext, Input } from '../context.ts';
import { DEFAULT_DETACH_KEYS, detachFilter, parseDetachKeys } from './detach-keys.ts';

export interface SessionOptions {
  readonly stream: HijackedStream;
  /** The other side has a terminal: keys go through unchanged, and can detach. */
  readonly tty: boolean;
  /** Pass standard input on; its end half-closes the stream. */
  readonly stdin: boolean;
  readonly detachKeys?: string | undefined;
}

/**
 * Connects this process's streams to a container's or an exec's until its output ends, or until the
 * detach keys. On every path the terminal gets its mode back, standard input is left alone again
 * and the stream is closed.
 */
export async function runSession(
  context: CliContext,
  { stream, tty, stdin, detachKeys }: SessionOptions,
): Promise<'ended' | 'detached'> {
  const { socket } = stream;
  let socketError: Error | undefined;
  socket.on('error', (error) => {
    socketError = error;
  });
  const detached = Promise.withResolvers<'detached'>();
  const sequence = parseDetachKeys(detachKeys || DEFAULT_DETACH_KEYS);
  const restore = tty && stdin ? rawMode(context.stdin) : () => {};
  const keys = tty ? detachFilter(sequence, () => detached.resolve('detached')) : undefined;
  const release = stdin ? passInput(context.stdin, socket, keys) : () => {};
  try {
    const output = stream.raw
      ? copyRaw(socket, context.stdout)
      : copyFrames(socket, context.stdout, context.stderr);
    return await Promise.race([output.then(() => 'ended' as const), detached.promise]);
  } catch (error) {
    // The connection broke off. Whether the engine is still there, the caller finds out when it asks
    // for the exit code.
    if (error === socketError) return 'ended';
    throw error;
  } finally {
    release();
    restore();
    socket.destroy();
  }
}

/** Hands the terminal's keys over one by one; answers what brings its mode back. */
function rawMode(input: Input): () => void {
  if (!input.isTTY || !input.setRawMode) return () => {};
  input.setRawMode(true);
  return () => input.setRawMode?.(false);
}

/** Copies `input` to the socket, with back-pressure; answers what ends that. */
function passInput(input: Readable, socket: Writable, keys: Transform | undefined): () => void {
  const sink = keys ?? socket;
  if (keys) keys.pipe(socket);
  input.pipe(sink);
  // Input that can't be read any further has ended, as far as the other side is concerned.
  const end = () => void sink.end();
  input.on('error', end);
  return () => {
    input.off('error', end);
    input.unpipe();
    // Reading on would keep the process alive.
    input.pause();
  };
}
