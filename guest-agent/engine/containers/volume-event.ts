import type { Engine } from '../engine.ts';
import type { ContainerRecord } from './container.ts';

/** Publishes that a container's run takes its volumes, or gives them back. */
export function publishVolumeEvents(
  engine: Engine,
  record: ContainerRecord,
  action: 'mount' | 'unmount',
): void {
  for (const mount of record.mounts) {
    if (mount.type !== 'volume') continue;
    const attributes: Record<string, string> = { driver: 'local', container: record.id };
    if (action === 'mount') {
      attributes.destination = mount.destination;
      attributes['read/write'] = String(!mount.readOnly);
      attributes.propagation = '';
    }
    engine.events.publish({ type: 'volume', action, id: mount.name ?? '', attributes });
  }
}
