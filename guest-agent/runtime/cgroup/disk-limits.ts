import type { ContainerLimits } from '../spec/container.ts';
import { findBlockDevice } from '../spec/resources.ts';

/** A line for a file of a container's cgroup. */
export interface CgroupLine {
  readonly file: string;
  readonly line: string;
}

/** The limits for each disk that Docker has, as cgroup v2 calls them (kernel: cgroup-v2.rst, "IO"). */
const removals = {
  BlkioWeightDevice: { file: 'io.weight', value: 'default' },
  BlkioDeviceReadBps: { file: 'io.max', value: 'rbps=max' },
  BlkioDeviceWriteBps: { file: 'io.max', value: 'wbps=max' },
  BlkioDeviceReadIOps: { file: 'io.max', value: 'riops=max' },
  BlkioDeviceWriteIOps: { file: 'io.max', value: 'wiops=max' },
} as const;
type DiskLimits = Pick<ContainerLimits, keyof typeof removals>;

/**
 * The lines that remove the limits of disks that an update no longer has. A runtime only sets limits:
 * what its configuration doesn't name stays as it is.
 */
export function removedDiskLimits(before: DiskLimits, after: DiskLimits): CgroupLine[] {
  const fields = Object.keys(removals) as (keyof typeof removals)[];
  return fields.flatMap((field) => {
    const kept = new Set(after[field].map(({ Path }) => Path));
    const { file, value } = removals[field];
    return before[field]
      .filter(({ Path }) => !kept.has(Path))
      .flatMap(({ Path }) => {
        // The limits of a disk that is gone are gone with it.
        const device = findBlockDevice(Path);
        return device ? [{ file, line: `${device.major}:${device.minor} ${value}` }] : [];
      });
  });
}
