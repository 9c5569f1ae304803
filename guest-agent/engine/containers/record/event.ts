import type { EventBus } from '../../events.ts';
import type { ContainerRecord } from './container.ts';

/** Publishes what happened to a container, with the attributes that Docker's events have. */
export function publishContainerEvent(
  { events }: { readonly events: EventBus },
  record: ContainerRecord,
  action: string,
  more: Record<string, string> = {},
): void {
  events.publish({
    type: 'container',
    action,
    id: record.id,
    attributes: { ...record.config.Labels, image: record.config.Image, name: record.name, ...more },
  });
}
