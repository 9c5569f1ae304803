import { cpus } from 'node:os';
import { EngineError } from '../../../errors.ts';
import type { DiskFields, Resources } from './resource-fields.ts';

type CheckedResources = Omit<Resources, DiskFields>;

/** Docker's minimum: less doesn't even start a process. */
const MINIMUM_MEMORY = 6 * 1024 * 1024;
/** The minimum of the kernel's scheduler in microseconds. */
const MINIMUM_CPU_TIME = 1000;
const MAXIMUM_CPU_PERIOD = 1_000_000;

/** Throws EngineError 'invalid' in Docker's words for limits that aren't valid. */
export function checkResources(resources: CheckedResources, { update = false } = {}): void {
  checkMemory(resources, update);
  checkCpu(resources);
  const { BlkioWeight, IOMaximumBandwidth, IOMaximumIOps } = resources;
  if (BlkioWeight !== 0 && (BlkioWeight < 10 || BlkioWeight > 1000)) {
    throw invalid('Range of blkio weight is from 10 to 1000');
  }
  if (IOMaximumBandwidth !== 0 || IOMaximumIOps !== 0) {
    throw invalid(
      'Invalid QoS settings: linux does not support Maximum IO Bandwidth or Maximum IO IOps',
    );
  }
}

function checkMemory(
  { Memory, MemorySwap, MemoryReservation, MemorySwappiness }: CheckedResources,
  update: boolean,
): void {
  if (Memory !== 0 && Memory < MINIMUM_MEMORY) {
    throw invalid('Minimum memory limit allowed is 6MB');
  }
  if (Memory > 0 && MemorySwap > 0 && MemorySwap < Memory) {
    throw invalid('Minimum memoryswap limit should be larger than memory limit, see usage');
  }
  if (Memory === 0 && MemorySwap > 0 && !update) {
    throw invalid('You should always set the Memory limit when using Memoryswap limit, see usage');
  }
  if (MemorySwappiness != null && (MemorySwappiness < -1 || MemorySwappiness > 100)) {
    throw invalid(`Invalid value: ${MemorySwappiness}, valid memory swappiness range is 0-100`);
  }
  if (MemoryReservation > 0 && MemoryReservation < MINIMUM_MEMORY) {
    throw invalid('Minimum memory reservation allowed is 6MB');
  }
  if (Memory > 0 && MemoryReservation > 0 && Memory < MemoryReservation) {
    throw invalid('Minimum memory limit can not be less than memory reservation limit, see usage');
  }
}

function checkCpu(resources: CheckedResources): void {
  const { NanoCpus, CpuPeriod, CpuQuota, CpuRealtimePeriod, CpuRealtimeRuntime } = resources;
  if (NanoCpus > 0 && CpuPeriod > 0) {
    throw invalid('Conflicting options: Nano CPUs and CPU Period cannot both be set');
  }
  if (NanoCpus > 0 && CpuQuota > 0) {
    throw invalid('Conflicting options: Nano CPUs and CPU Quota cannot both be set');
  }
  const available = cpus().length;
  if (NanoCpus < 0 || NanoCpus > available * 1e9) {
    throw invalid(
      `range of CPUs is from 0.01 to ${available}.00, as there are only ${available} CPUs available`,
    );
  }
  if (CpuPeriod !== 0 && (CpuPeriod < MINIMUM_CPU_TIME || CpuPeriod > MAXIMUM_CPU_PERIOD)) {
    throw invalid(
      'CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)',
    );
  }
  if (CpuQuota > 0 && CpuQuota < MINIMUM_CPU_TIME) {
    throw invalid('CPU cfs quota can not be less than 1ms (i.e. 1000)');
  }
  if (CpuRealtimePeriod !== 0 || CpuRealtimeRuntime !== 0) {
    throw invalid('Your kernel does not support CPU real-time scheduler');
  }
  checkCpuSet('cpus', resources.CpusetCpus, available, 'CPUs');
  // The VM has a single memory node.
  checkCpuSet('mems', resources.CpusetMems, 1, 'memory nodes');
}

/** Checks a list such as `0-2,4` (cpuset(7), "List format"). */
function checkCpuSet(field: string, list: string, available: number, what: string): void {
  if (list === '') return;
  const last = list.split(',').map((part) => {
    const [, from, to = from] = /^\s*(\d+)(?:-(\d+))?\s*$/.exec(part) ?? [];
    if (from === undefined || Number(to) < Number(from)) {
      throw invalid(`Invalid value ${list} for cpuset ${field}`);
    }
    return Number(to);
  });
  if (Math.max(...last) >= available) {
    const all = available === 1 ? '0' : `0-${available - 1}`;
    throw invalid(`Requested ${what} are not available - requested ${list}, available: ${all}`);
  }
}

/** Warnings about settings that have no effect, since cgroup v2 doesn't have them. */
export function resourceWarnings(resources: CheckedResources): string[] {
  const { MemorySwappiness, KernelMemory, OomKillDisable, CpuPercent } = resources;
  const discarded: readonly [boolean, string][] = [
    [
      MemorySwappiness != null && MemorySwappiness !== -1,
      'Your kernel does not support memory swappiness capabilities or the cgroup is not mounted. Memory swappiness discarded.',
    ],
    [
      KernelMemory > 0,
      'Your kernel does not support kernel memory limit capabilities or the cgroup is not mounted. Limitation discarded.',
    ],
    [
      OomKillDisable === true,
      'Your kernel does not support OomKillDisable. OomKillDisable discarded.',
    ],
    [CpuPercent > 0, 'linux does not support CPU percent. Percent discarded.'],
  ];
  return discarded.filter(([asked]) => asked).map(([, warning]) => warning);
}

const invalid = (message: string) => new EngineError('invalid', message);
