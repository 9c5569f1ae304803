import { EngineError, type EngineErrorCode } from '../errors.ts';
import type { EngineEvent, EventBus } from './events.ts';

/**
 * Removes one of those that a prune has chosen. False when somebody took it in the meantime, which
 * the removal says with the code `taken`, or removed it.
 */
export async function removeUnlessTaken(
  taken: EngineErrorCode,
  remove: () => Promise<void>,
): Promise<boolean> {
  try {
    await remove();
    return true;
  } catch (error) {
    if (error instanceof EngineError && [taken, 'not-found'].includes(error.code)) return false;
    throw error;
  }
}

/** Tells that a prune is done, and how many bytes it freed. */
export function publishPrune(events: EventBus, type: EngineEvent['type'], reclaimed: number): void {
  events.publish({ type, action: 'prune', id: '', attributes: { reclaimed: String(reclaimed) } });
}
