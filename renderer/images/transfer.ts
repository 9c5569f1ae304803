import type { PullProgress } from '../../electron/api/images.ts';
import { type Progress, type ProgressPart, startActivity } from '../activity/activity.ts';
import { client } from '../connection/screen.ts';
import { formatBytes } from '../format/bytes.ts';

/**
 * Each function resolves with true, or with undefined when it failed or was cancelled: the panel
 * shows why.
 */

export const pullImage = (reference: string, platform?: string) =>
  startActivity({
    title: `Pulling ${reference}`,
    done: () => `${reference} was pulled`,
    run: (signal, report) =>
      follow(
        client.images.pull({ reference, ...(platform ? { platform } : {}) }, { signal }),
        report,
      ),
  });

export const pushImage = (reference: string) =>
  startActivity({
    title: `Pushing ${reference}`,
    done: () => `${reference} was pushed`,
    run: (signal, report) => follow(client.images.push({ reference }, { signal }), report),
  });

export const saveImages = (references: readonly string[], path: string) =>
  startActivity({
    title: `Saving ${references.length === 1 ? references[0] : `${references.length} images`}`,
    done: () => `Saved to ${path}`,
    run: (signal, report) =>
      follow(client.images.save({ references: [...references], path }, { signal }), report),
  });

export const loadImages = (path: string) =>
  startActivity({
    title: `Loading ${path}`,
    done: () => `${path} was loaded`,
    run: (signal, report) => follow(client.images.load({ path }, { signal }), report),
  });

export const importImage = (path: string, name: string) =>
  startActivity({
    title: `Importing ${path}`,
    done: () => `${name || path} was imported`,
    run: (signal, report) =>
      follow(client.images.import({ path, ...(name ? { name } : {}) }, { signal }), report),
  });

async function follow(
  steps: Promise<AsyncIterable<PullProgress>>,
  report: (progress: Progress) => void,
): Promise<true> {
  const tell = layerProgress(report);
  for await (const step of await steps) tell(step);
  return true;
}

/** Reports the progress of a pull or push with the layers that it consists of. */
export function layerProgress(report: (progress: Progress) => void): (step: PullProgress) => void {
  const parts = new Map<string, ProgressPart>();
  return (step) => {
    if (step.layer) parts.set(step.layer.id, partOf(step.layer));
    report({ ...sumOf(step), parts: [...parts.values()] });
  };
}

function sumOf({ status, current, total }: PullProgress): Progress {
  if (total > 0) {
    const text = `${status}: ${formatBytes(current)} of ${formatBytes(total)}`;
    return { text, fraction: current / total };
  }
  return { text: current > 0 ? `${status}: ${formatBytes(current)}` : status };
}

function partOf({ id, status, current, total }: NonNullable<PullProgress['layer']>): ProgressPart {
  if (total === undefined || total <= 0) return { name: id, text: status };
  return {
    name: id,
    text: `${status} ${formatBytes(current ?? 0)} of ${formatBytes(total)}`,
    fraction: Math.min(1, (current ?? 0) / total),
  };
}
