import { EngineError, type EngineErrorCode } from '../errors.ts';
import type { EngineEvent, EventBus } from './events.ts';

/**
 * Removes an object that a prune has chosen. Returns false if it was removed meanwhile, or is in
 * use now, which the removal reports with the code `taken`.
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

/** Publishes the event of a finished prune, with the number of bytes that it freed. */
export function publishPrune(events: EventBus, type: EngineEvent['type'], reclaimed: number): void {
  events.publish({ type, action: 'prune', id: '', attributes: { reclaimed: String(reclaimed) } });
}
