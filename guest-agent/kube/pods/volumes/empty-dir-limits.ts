import type { Pod } from 'kubernetes-types/core/v1.js';
import { directorySize } from '../../../runtime/files/directory-size.ts';
import type { Stored } from '../../objects/kube-object.ts';
import { parseQuantity } from '../../objects/quantity.ts';
import { pause } from '../pause.ts';
import type { PodDirectories } from './pod-directories.ts';

/** As often as the kubelet. */
const INTERVAL_MS = 10_000;

/**
 * Measures the emptyDir volumes that have a limit, until the signal aborts, with whose reason this
 * rejects, or one exceeds its limit. Volumes in memory can't.
 */
export async function watchEmptyDirs(
  pod: Stored<Pod>,
  directories: PodDirectories,
  exceeded: (message: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const limited = (pod.spec?.volumes ?? []).flatMap(({ name, emptyDir }) => {
    const limit = parseQuantity(emptyDir?.sizeLimit ?? '') ?? 0;
    const path = directories.volume(pod.metadata.uid, name);
    const text = emptyDir?.sizeLimit ?? '';
    return limit > 0 && emptyDir?.medium !== 'Memory' ? [{ name, limit, path, text }] : [];
  });
  while (limited.length > 0) {
    await pause(INTERVAL_MS, signal);
    for (const { name, limit, path, text } of limited) {
      const size = await directorySize(path);
      signal.throwIfAborted();
      if (size <= limit) continue;
      return exceeded(`Usage of EmptyDir volume "${name}" exceeds the limit "${text}". `);
    }
  }
}
