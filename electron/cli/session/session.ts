import type { Readable, Transform, Writable } from 'node:stream';
import type { HijackedStream } from '../../host/engine/connection/client.ts';
import { copyFrames, copyRaw } from '../../host/engine/connection/stream-frames.ts';
import type { CliContext, Input } from '../context.ts';
import { DEFAULT_DETACH_KEYS, detachFilter, parseDetachKeys } from './detach-keys.ts';

export interface SessionOptions {
  readonly stream: HijackedStream;
  /** The other side has a terminal: keys pass unchanged, and can detach. */
  readonly tty: boolean;
  /** Pass standard input on; its end half-closes the stream. */
  readonly stdin: boolean;
  readonly detachKeys?: string | undefined;
}

/**
 * Connects this process's streams to a container's or an exec's until its output ends or the user
 * detaches. In every case, restores the terminal's mode, stops reading standard input and closes
 * the stream.
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
    // The connection was lost. The caller finds out whether the engine still runs when it requests
    // the exit code.
    if (error === socketError) return 'ended';
    throw error;
  } finally {
    release();
    restore();
    socket.destroy();
  }
}

/** Switches the terminal to raw mode. The returned function restores its mode. */
function rawMode(input: Input): () => void {
  if (!input.isTTY || !input.setRawMode) return () => {};
  input.setRawMode(true);
  return () => input.setRawMode?.(false);
}

/** Copies `input` to the socket, with back-pressure. The returned function stops the copy. */
function passInput(input: Readable, socket: Writable, keys: Transform | undefined): () => void {
  const sink = keys ?? socket;
  if (keys) keys.pipe(socket);
  input.pipe(sink);
  // For the other side, input that can't be read any further has ended.
  const end = () => void sink.end();
  input.on('error', end);
  return () => {
    input.off('error', end);
    input.unpipe();
    // Reading on would keep the process alive.
    input.pause();
  };
}
