import type { Engine } from '../../engine.ts';
import type { ContainerRecord } from './container.ts';

/** Publishes what happened to a container, with the attributes that Docker's events have. */
export function publishContainerEvent(
  engine: Engine,
  record: ContainerRecord,
  action: string,
  more: Record<string, string> = {},
): void {
  engine.events.publish({
    type: 'container',
    action,
    id: record.id,
    attributes: { ...record.config.Labels, image: record.config.Image, name: record.name, ...more },
  });
}
