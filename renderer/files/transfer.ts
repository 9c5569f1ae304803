import type { Transfer } from '../../electron/api/files.ts';
import type { Progress } from '../activity/activity.ts';
import { formatBytes } from '../format/bytes.ts';

/** Follows a copy on the host to its end, and reports progress. */
export async function follow(
  steps: AsyncIterable<Transfer>,
  report: (progress: Progress) => void,
): Promise<void> {
  for await (const { bytes, total } of steps) {
    report({
      text: total ? `${formatBytes(bytes)} of ${formatBytes(total)}` : formatBytes(bytes),
      // A tar is somewhat larger than what is in it.
      ...(total ? { fraction: Math.min(bytes / total, 1) } : {}),
    });
  }
}
