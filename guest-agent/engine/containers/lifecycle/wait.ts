import { isActive } from '../record/container.ts';
import type { ExitResult, LiveContainer } from '../record/live-container.ts';

/** `not-running`: at once for a stopped one; `next-exit`: the next end of a run; `removed`. */
export type WaitCondition = 'not-running' | 'next-exit' | 'removed';

/** Rejects with AbortError when the signal aborts first. */
export async function waitContainer(
  container: LiveContainer,
  condition: WaitCondition,
  signal: AbortSignal,
): Promise<ExitResult> {
  const { record } = container;
  if (condition === 'not-running' && !isActive(record)) {
    return { exitCode: record.state.exitCode, error: record.state.error };
  }
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort);
  try {
    signal.throwIfAborted();
    const event = condition === 'removed' ? container.removed() : container.nextExit();
    return await Promise.race([event, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
