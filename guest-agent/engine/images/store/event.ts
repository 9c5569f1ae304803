import type { EventBus } from '../../events.ts';

/** Publishes an event of an image. `id` is the actor's ID in Docker's events. */
export function publishImageEvent(
  events: EventBus,
  action: string,
  id: string,
  name: string,
): void {
  events.publish({ type: 'image', action, id, attributes: { name } });
}
