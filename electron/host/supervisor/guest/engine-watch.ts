import { awakeFor } from '../../base/awake-time.ts';
import { loggerOf } from '../../base/log.ts';
import { pause } from '../../base/pause.ts';

const log = loggerOf('guest');

export interface EngineWatchTimes {
  /** The pause between an answer and the next ping. */
  readonly intervalMs: number;
  /** How long the engine may be silent before this is reported. */
  readonly patienceMs: number;
  /** When a ping is abandoned and repeated. */
  readonly askAgainMs: number;
}

/** A hang is reported within ten seconds: the interval plus the patience. */
const usualTimes: EngineWatchTimes = { intervalMs: 4_000, patienceMs: 5_000, askAgainMs: 10_000 };
const retryMs = 500;

export interface EngineWatchOptions {
  /** Whether the engine has answered; never rejects, and stops when the signal aborts. */
  readonly ping: (signal: AbortSignal) => Promise<boolean>;
  /** False while the engine doesn't have to answer: the VM starts, stops or is being suspended. */
  readonly isExpected: () => boolean;
  /**
   * Called with the start of the engine's silence, and with undefined when the engine answers
   * again.
   */
  readonly onChange: (silentSince: Date | undefined) => void;
  readonly times?: EngineWatchTimes;
}

/**
 * Detects that the engine of a running VM, or the whole VM, has stopped answering. Resolves after
 * `signal` aborts.
 */
export async function watchEngine(
  { ping, isExpected, onChange, times = usualTimes }: EngineWatchOptions,
  signal: AbortSignal,
): Promise<void> {
  let silence: AbortController | undefined;
  const beginSilence = () => {
    if (silence) return;
    const answered = new AbortController();
    const since = new Date();
    silence = answered;
    const tell = async () => {
      do await awakeFor(times.patienceMs, AbortSignal.any([signal, answered.signal]));
      while (!isExpected());
      onChange(since);
    };
    // Rejects when the engine has answered, and at the end.
    void log.attempt('Waiting for the engine', tell());
  };
  while (!signal.aborted) {
    beginSilence();
    const isAnswered = await ping(AbortSignal.any([signal, AbortSignal.timeout(times.askAgainMs)]));
    if (signal.aborted) break;
    if (isAnswered) {
      silence?.abort();
      silence = undefined;
      onChange(undefined);
    }
    const pauseMs = isAnswered ? times.intervalMs : Math.min(retryMs, times.intervalMs);
    await pause(pauseMs, signal, { ref: false });
  }
  silence?.abort();
}
