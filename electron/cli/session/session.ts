import type { HijackedStream } from '../../host/engine/connection/client.ts';
import { copyFrames, copyRaw } from '../../host/engine/connection/stream-frames.ts';
import type { CliContext } from '../context.ts';
import { DEFAULT_DETACH_KEYS, detachFilter, parseDetachKeys } from './detach-keys.ts';
import { passInput } from './pass-input.ts';
import { rawMode } from './raw-mode.ts';

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
