import { isActive } from '../record/container.ts';
import type { ExitResult, LiveContainer } from '../record/live-container.ts';

/**
 * `not-running` resolves immediately for a stopped container, `next-exit` when the next run ends,
 * `removed` when the container is removed.
 */
export type WaitCondition = 'not-running' | 'next-exit' | 'removed';

/** Rejects with AbortError if the signal aborts first. */
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
