import { connect } from 'node:net';
import { HostError } from '../errors.ts';
import { decode, encode, type Reply, type Request, replySchema } from './protocol.ts';

/** There is no supervisor, or it ended before it had answered: another one may be asked. */
export class NoSupervisorError extends HostError {
  /** It took the call, and went without an answer. */
  readonly cutOff: boolean;

  constructor(cutOff: boolean, cause?: unknown) {
    super('machine-not-running', 'The machine is not running', { cause });
    this.cutOff = cutOff;
  }
}

/**
 * One call to the supervisor: yields its replies up to, and without, the final `done`. Throws the
 * failure that it replies, or NoSupervisorError. Hangs up when the caller stops listening or
 * `signal` aborts.
 */
export async function* callSupervisor(
  socketPath: string,
  request: Request,
  signal?: AbortSignal,
): AsyncGenerator<Exclude<Reply, { reply: 'done' | 'failure' }>> {
  const socket = connect({ path: socketPath, ...(signal && { signal }) });
  let failure: unknown;
  let connected = false;
  socket.once('connect', () => {
    connected = true;
  });
  socket.on('error', (error) => {
    failure = error;
  });
  socket.write(encode(request));
  try {
    for await (const reply of decode(socket, replySchema)) {
      if (reply.reply === 'done') return;
      if (reply.reply === 'failure') {
        const { code, message, hint, console } = reply;
        throw new HostError(code, message, { ...(hint && { hint }), ...(console && { console }) });
      }
      yield reply;
    }
  } catch (error) {
    // The socket's own error also comes out of the loop.
    if (error !== failure) throw error;
  } finally {
    socket.destroy();
  }
  if (signal?.aborted) {
    throw new HostError('cancelled', 'The call was cancelled', { cause: signal.reason });
  }
  throw new NoSupervisorError(connected, failure);
}
