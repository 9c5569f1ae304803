import type { PullProgress } from '../../api/images.ts';
import type { PullProgress as PullMessage } from '../engine/images.ts';
import { withRegistryHint } from './registry-hint.ts';

/** Combines the engine's messages about single layers into the progress of all layers. */
export class PullTally {
  readonly #layers = new Map<string, { current: number; total: number }>();

  /** The progress after this message. */
  add(message: PullMessage): PullProgress {
    const { id, status = '' } = message;
    const { current, total } = message.progressDetail ?? {};
    // Extracting counts the same bytes again, but the transfer takes most of the time.
    const moves = status === 'Downloading' || status === 'Pushing';
    if (id !== undefined && moves && total !== undefined) {
      this.#layers.set(id, { current: Math.min(current ?? 0, total), total });
    }
    const layer = id === undefined ? undefined : this.#layers.get(id);
    if (layer && /^(Download complete|Pull complete|Pushed)$/.test(status)) {
      layer.current = layer.total;
    }
    const layers = [...this.#layers.values()];
    return {
      status,
      current: layers.reduce((sum, each) => sum + each.current, 0),
      total: layers.reduce((sum, each) => sum + each.total, 0),
      ...(id !== undefined && isLayer(id) ? { layer: { id, status, current, total } } : {}),
    };
  }
}

/** The first message of a pull has the tag instead of a layer ID. */
const isLayer = (id: string) => /^[0-9a-f]{12}$/.test(id);

/** Progress of all layers. A registry's error gets a hint. */
export async function* tallied(
  messages: AsyncIterable<PullMessage>,
  reference: string,
): AsyncGenerator<PullProgress> {
  const tally = new PullTally();
  try {
    for await (const message of messages) yield tally.add(message);
  } catch (error) {
    throw withRegistryHint(error, reference);
  }
}
