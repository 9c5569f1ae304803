import type { ContainerRecord } from '../../engine/containers/container.ts';

/** `MountPoint` of the Engine API. */
export function encodeMountPoints(record: ContainerRecord) {
  return record.mounts.map((mount) => ({
    Type: mount.type,
    ...(mount.type === 'volume' && { Name: mount.name }),
    Source: mount.source,
    Destination: mount.destination,
    ...(mount.type === 'volume' && { Driver: 'local' }),
    Mode: mount.options.filter((option) => ['z', 'Z'].includes(option)).join(','),
    RW: !mount.readOnly,
    Propagation: mount.propagation || (mount.type === 'bind' ? 'rprivate' : ''),
  }));
}
