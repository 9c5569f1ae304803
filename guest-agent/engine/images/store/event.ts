import type { EventBus } from '../../events.ts';

/** Tells the world what happened to an image. `id` is what Docker calls the actor's ID. */
export function publishImageEvent(
  events: EventBus,
  action: string,
  id: string,
  name: string,
): void {
  events.publish({ type: 'image', action, id, attributes: { name } });
}
