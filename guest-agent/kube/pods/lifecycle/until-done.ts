import { pause } from '../pause.ts';

/** The wait of the kubelet between two tries. */
const RETRY_MS = 10_000;

/**
 * Tries again until a step succeeds: a full disk, or a container that can't be killed, must not
 * leave a pod alone for ever. `failed` learns of each failure. Rejects with the signal's reason.
 */
export async function untilDone<T>(
  step: () => Promise<T>,
  failed: (error: unknown) => void,
  signal: AbortSignal,
): Promise<T> {
  for (;;) {
    try {
      return await step();
    } catch (error) {
      signal.throwIfAborted();
      failed(error);
    }
    await pause(RETRY_MS, signal);
  }
}
