import type { EventBus } from '../../events.ts';
import type { ContainerRecord } from './container.ts';

/** Publishes a container's event with the attributes of Docker's events. */
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
