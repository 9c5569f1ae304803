import { connect } from 'node:net';
import { awakeFor } from '../base/awake-time.ts';
import { HostError } from '../base/errors.ts';
import { loggerOf } from '../base/log.ts';
import { unlessAborted } from '../base/pause.ts';
import { type Patience, untilSilent } from '../engine/connection/silence.ts';
import { decode, encode, type Reply, type Request, replySchema } from './protocol.ts';

const log = loggerOf('machine');

/**
 * There is no background process, or it exited before it answered; the caller may try the next one.
 */
export class NoSupervisorError extends HostError {
  /** It accepted the call, but exited without an answer. */
  readonly cutOff: boolean;

  constructor(cutOff: boolean, cause?: unknown) {
    super('machine-not-running', `The VM isn't running`, { cause });
    this.cutOff = cutOff;
  }
}

/** How long callers wait for the background process, in milliseconds. */
export interface SupervisorPatience extends Patience {
  /** Before the first reply to an instant call. */
  readonly answerMs: number;
}

const usualPatience: SupervisorPatience = {
  ...{ answerMs: 15_000, askMs: 2_000, tellMs: 1_000, giveUpMs: 33_000 },
};

export interface SupervisorCallOptions {
  readonly signal?: AbortSignal;
  /** Called when the background process doesn't answer. */
  readonly onSilent?: () => void;
  readonly patience?: SupervisorPatience;
}

/** Answered immediately, from known state; other calls take as long as their work. */
const instant: readonly Request['call'][] = ['status', 'watch', 'address'];

/**
 * One call to the background process: yields its replies before the final `done`. Throws the
 * failure it replies, NoSupervisorError, or HostError 'timeout' if the process hangs. Disconnects
 * when the caller stops listening or `signal` aborts.
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
  // Rejects if the call ends first.
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
      // A watching call waits as long as nothing changes.
      if (instant.includes(request.call)) answered.abort();
      yield reply;
    }
  } catch (error) {
    // The loop throws the socket's error too.
    if (error !== failure) throw error;
  } finally {
    answered.abort();
    socket.destroy();
  }
  if (late.signal.aborted && !signal?.aborted) {
    throw new HostError('timeout', "Berth's background process isn't answering", {
      hint: 'Run `berth doctor` to see how to end the process. The next start takes over the VM.',
    });
  }
  if (signal?.aborted) {
    throw new HostError('cancelled', 'The call was cancelled', { cause: signal.reason });
  }
  throw new NoSupervisorError(connected, failure);
}

/** Whether the background process answers before `signal` aborts. */
async function isAnswering(socketPath: string, signal: AbortSignal): Promise<boolean> {
  try {
    for await (const _ of callSupervisor(socketPath, { call: 'status' }, { signal })) return true;
  } catch (error) {
    // The call itself reports the error.
    log.debug('Checking whether the background process answers', error);
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
