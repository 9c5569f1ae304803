import { parseBind, parseMount } from '../../engine/containers/mounts/mount-points.ts';
import type { ContainerRecord, MountPoint } from '../../engine/containers/record/container.ts';

/** `MountPoint` of the Engine API. As in Docker, mounts from `--tmpfs` aren't listed. */
export function encodeMountPoints(record: ContainerRecord) {
  const { Binds, Mounts } = record.hostConfig;
  const binds = new Map(Binds.map(parseBind).map((bind) => [bind.destination, bind]));
  const mounts = new Set(Mounts.map((mount) => parseMount(mount).destination));
  const mode = ({ type, destination }: MountPoint) => {
    const bind = binds.get(destination);
    // Docker's default mode for a volume of its local driver: a shared SELinux label.
    const byDefault = type === 'volume' ? 'z' : '';
    if (bind) return bind.options.join(',') || byDefault;
    return mounts.has(destination) ? byDefault : '';
  };
  return record.mounts
    .filter(({ type, destination }) => type !== 'tmpfs' || mounts.has(destination))
    .map((mount) => ({
      Type: mount.type,
      ...(mount.type === 'volume' && { Name: mount.name }),
      Source: mount.source,
      Destination: mount.destination,
      ...(mount.type === 'volume' && { Driver: 'local' }),
      Mode: mode(mount),
      RW: !mount.readOnly,
      Propagation: mount.propagation || (mount.type === 'bind' ? 'rprivate' : ''),
    }));
}
