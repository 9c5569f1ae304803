import { connect } from 'node:net';
import { awakeFor } from '../base/awake-time.ts';
import { HostError } from '../base/errors.ts';
import { loggerOf } from '../base/log.ts';
import { unlessAborted } from '../base/pause.ts';
import { type Patience, untilSilent } from '../engine/connection/silence.ts';
import { decode, encode, type Reply, type Request, replySchema } from './protocol.ts';

const log = loggerOf('machine');

/** There is no supervisor, or it ended before it had answered: another one may be asked. */
export class NoSupervisorError extends HostError {
  /** It took the call, and went without an answer. */
  readonly cutOff: boolean;

  constructor(cutOff: boolean, cause?: unknown) {
    super('machine-not-running', 'The machine is not running', { cause });
    this.cutOff = cutOff;
  }
}

/** How long callers wait for a supervisor, in milliseconds. */
export interface SupervisorPatience extends Patience {
  /** Until the first reply to what is answered at once. */
  readonly answerMs: number;
}

const usualPatience: SupervisorPatience = {
  ...{ answerMs: 15_000, askMs: 2_000, tellMs: 1_000, giveUpMs: 33_000 },
};

export interface SupervisorCallOptions {
  readonly signal?: AbortSignal;
  /** Called when the supervisor answers nothing at all. */
  readonly onSilent?: () => void;
  readonly patience?: SupervisorPatience;
}

/** Answered from what the supervisor knows; the others take as long as their work. */
const instant: readonly Request['call'][] = ['status', 'watch', 'address'];

/**
 * One call to the supervisor: yields its replies up to, and without, the final `done`. Throws the
 * failure that it replies, or NoSupervisorError, or HostError 'timeout' when the supervisor hangs.
 * Hangs up when the caller stops listening or `signal` aborts.
 */
export async function* callSupervisor(
  socketPath: string,
  request: Request,
  { signal, onSilent = () => {}, patience = usualPatience }: SupervisorCallOptions = {},
): AsyncGenerator<Exclude<Reply, { reply: 'done' | 'failure' }>> {
  const late = new AbortController();
  const answered = new AbortController();
  const limit = signal ? AbortSignal.any([signal, late.signal]) : late.signal;
  const silence = instant.includes(request.call)
    ? untilLate(onSilent, patience, answered.signal)
    : untilSilent((asking) => isAnswering(socketPath, asking), onSilent, patience, answered.signal);
  // Rejects when the call ends before.
  silence.then(() => late.abort(), unlessAborted(answered.signal));
  const socket = connect({ path: socketPath, signal: limit });
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
      // One that watches waits for as long as nothing changes.
      if (instant.includes(request.call)) answered.abort();
      yield reply;
    }
  } catch (error) {
    // The socket's own error also comes out of the loop.
    if (error !== failure) throw error;
  } finally {
    answered.abort();
    socket.destroy();
  }
  if (late.signal.aborted && !signal?.aborted) {
    throw new HostError('timeout', "The process that manages the VM isn't answering", {
      hint: '`berth doctor` says how to end that process. The next start takes the VM over.',
    });
  }
  if (signal?.aborted) {
    throw new HostError('cancelled', 'The call was cancelled', { cause: signal.reason });
  }
  throw new NoSupervisorError(connected, failure);
}

/** Whether the supervisor answers anything at all; false when it does not before `signal` aborts. */
async function isAnswering(socketPath: string, signal: AbortSignal): Promise<boolean> {
  try {
    for await (const _ of callSupervisor(socketPath, { call: 'status' }, { signal })) return true;
  } catch (error) {
    // The call that is waited for tells it.
    log.debug('Asking whether the supervisor answers', error);
  }
  return false;
}

/** Resolves when an instant answer is overdue; rejects when `signal` aborts. */
async function untilLate(
  onSilent: () => void,
  { askMs, tellMs, answerMs }: SupervisorPatience,
  signal: AbortSignal,
): Promise<void> {
  const told = Math.min(askMs + tellMs, answerMs);
  await awakeFor(told, signal);
  onSilent();
  await awakeFor(answerMs - told, signal);
}
