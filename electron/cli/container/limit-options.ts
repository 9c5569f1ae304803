import type { Command } from 'commander';
import type { Resources } from '../../../guest-agent/grammar/engine-types.ts';
import { bytes, bytesOrUnlimited, cpus } from '../flags/argument.ts';
import { parseInteger } from '../flags/numbers.ts';

/** The limits that `create`, `run` and `update` take, by commander's names. */
export interface LimitOptions {
  readonly blkioWeight?: number;
  /** Microseconds; so the other times. */
  readonly cpuPeriod?: number;
  readonly cpuQuota?: number;
  readonly cpuRtPeriod?: number;
  readonly cpuRtRuntime?: number;
  readonly cpuShares?: number;
  /** Billionths of a CPU. */
  readonly cpus?: number;
  readonly cpusetCpus?: string;
  readonly cpusetMems?: string;
  /** Bytes; so the other sizes. */
  readonly memory?: number;
  readonly memoryReservation?: number;
  readonly memorySwap?: number;
  readonly pidsLimit?: number;
}

export function addLimitOptions(command: Command): Command {
  return command
    .option('--blkio-weight <weight>', 'Block I/O share, 10 to 1000', parseInteger)
    .option('--cpu-period <microseconds>', 'Period that --cpu-quota is counted in', parseInteger)
    .option('--cpu-quota <microseconds>', 'CPU time in each period', parseInteger)
    .option('--cpu-rt-period <microseconds>', 'Real-time period', parseInteger)
    .option('--cpu-rt-runtime <microseconds>', 'Real-time runtime in each period', parseInteger)
    .option('-c, --cpu-shares <weight>', 'CPU share, relative to others', parseInteger)
    .option('--cpus <number>', 'Number of CPUs, as in 1.5', cpus)
    .option('--cpuset-cpus <list>', 'CPUs it may run on, as in 0-2,4')
    .option('--cpuset-mems <list>', 'Memory nodes it may use, as in 0')
    .option('-m, --memory <size>', 'Memory limit, as in 64m', bytes)
    .option('--memory-reservation <size>', 'Soft memory limit', bytes)
    .option('--memory-swap <size>', 'Memory and swap together, -1: no limit', bytesOrUnlimited)
    .option('--pids-limit <number>', 'Most processes it may have, -1: no limit', parseInteger);
}

/** The limits as the engine takes them; those that no flag sets are undefined. */
export function limits(options: LimitOptions) {
  return {
    BlkioWeight: options.blkioWeight,
    CpuPeriod: options.cpuPeriod,
    CpuQuota: options.cpuQuota,
    CpuRealtimePeriod: options.cpuRtPeriod,
    CpuRealtimeRuntime: options.cpuRtRuntime,
    CpuShares: options.cpuShares,
    CpusetCpus: options.cpusetCpus,
    CpusetMems: options.cpusetMems,
    Memory: options.memory,
    MemoryReservation: options.memoryReservation,
    MemorySwap: options.memorySwap,
    NanoCpus: options.cpus,
    PidsLimit: options.pidsLimit,
  } satisfies { [Name in keyof Resources]: Resources[Name] | undefined };
}
