import { statSync } from 'node:fs';
import { EngineError } from '../../errors.ts';
import type { ContainerLimits } from './container.ts';
import type { OciResources, OciThrottle } from './oci.ts';

/** In microseconds: the period for `--cpus` without another setting. */
const DEFAULT_CPU_PERIOD = 100_000;

/** Devices that every container can use (as in Docker). The first rule denies all others. */
const defaultDevices: OciResources['devices'] = [
  { allow: false, access: 'rwm' },
  { allow: true, type: 'c', access: 'm' },
  { allow: true, type: 'b', access: 'm' },
  ...[
    [1, 3],
    [1, 5],
    [1, 7],
    [1, 8],
    [1, 9],
    [5, 0],
    [5, 1],
    [5, 2],
    [10, 200],
  ].map(([major = 0, minor = 0]) => ({ allow: true, type: 'c', major, minor, access: 'rwm' })),
  { allow: true, type: 'c', major: 136, access: 'rwm' },
];

/** Limits for cgroup v2, in the OCI form, which crun translates. */
export function resources(
  host: ContainerLimits,
  deviceRules: OciResources['devices'] = [],
): OciResources {
  const memory = memoryLimits(host);
  const cpu = cpuLimits(host);
  const blockIO = blockLimits(host);
  return {
    devices: host.Privileged
      ? [{ allow: true, access: 'rwm' }]
      : [...defaultDevices, ...deviceRules],
    ...(memory && { memory }),
    ...(cpu && { cpu }),
    ...(host.PidsLimit && { pids: { limit: host.PidsLimit } }),
    ...(blockIO && { blockIO }),
  };
}

function memoryLimits(host: ContainerLimits): OciResources['memory'] {
  if (host.Memory === 0 && host.MemoryReservation === 0) return undefined;
  return {
    ...(host.Memory > 0 && { limit: host.Memory }),
    ...(host.MemoryReservation > 0 && { reservation: host.MemoryReservation }),
    // Docker's default is as much swap as memory.
    ...(host.Memory > 0 && { swap: host.MemorySwap === 0 ? host.Memory * 2 : host.MemorySwap }),
  };
}

function cpuLimits(host: ContainerLimits): OciResources['cpu'] {
  const quota =
    host.NanoCpus > 0
      ? {
          period: DEFAULT_CPU_PERIOD,
          quota: Math.round((host.NanoCpus * DEFAULT_CPU_PERIOD) / 1e9),
        }
      : {
          ...(host.CpuPeriod > 0 && { period: host.CpuPeriod }),
          ...(host.CpuQuota !== 0 && { quota: host.CpuQuota }),
        };
  const cpu = {
    ...quota,
    ...(host.CpuShares > 0 && { shares: host.CpuShares }),
    ...(host.CpusetCpus && { cpus: host.CpusetCpus }),
    ...(host.CpusetMems && { mems: host.CpusetMems }),
  };
  return Object.keys(cpu).length > 0 ? cpu : undefined;
}

function blockLimits(host: ContainerLimits): OciResources['blockIO'] {
  const weightDevice = host.BlkioWeightDevice.map(({ Path, Weight }) => ({
    ...blockDevice(Path),
    weight: Weight,
  }));
  const lists = {
    weightDevice,
    throttleReadBpsDevice: throttles(host.BlkioDeviceReadBps),
    throttleWriteBpsDevice: throttles(host.BlkioDeviceWriteBps),
    throttleReadIOPSDevice: throttles(host.BlkioDeviceReadIOps),
    throttleWriteIOPSDevice: throttles(host.BlkioDeviceWriteIOps),
  };
  const limits = {
    ...(host.BlkioWeight > 0 && { weight: host.BlkioWeight }),
    ...Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0)),
  };
  return Object.keys(limits).length > 0 ? limits : undefined;
}

function throttles(list: ContainerLimits['BlkioDeviceReadBps']): OciThrottle[] {
  return list.map(({ Path, Rate }) => ({ ...blockDevice(Path), rate: Rate }));
}

function blockDevice(path: string): DeviceNumbers {
  const found = findBlockDevice(path);
  if (found === undefined) {
    throw new EngineError('invalid', `no such block device in the VM: ${path}`);
  }
  return found;
}

interface DeviceNumbers {
  major: number;
  minor: number;
}

/** The numbers of a disk's device file. Undefined if there isn't one. */
export function findBlockDevice(path: string): DeviceNumbers | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat?.isBlockDevice() ? deviceNumbers(stat.rdev) : undefined;
}

/**
 * Splits Linux's dev_t (makedev(3)) into 12 bits of major and 20 of minor, which are interleaved.
 */
export function deviceNumbers(rdev: number): DeviceNumbers {
  const device = BigInt(rdev);
  return {
    major: Number((device >> 8n) & 0xfffn),
    minor: Number((device & 0xffn) | ((device >> 12n) & 0xfff00n)),
  };
}
