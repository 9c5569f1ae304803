import type { Command } from 'commander';
import type { Resources } from '../../../guest-agent/grammar/engine-types.ts';
import { bytes, bytesOrUnlimited, cpus } from '../flags/argument.ts';
import { parseInteger } from '../flags/numbers.ts';

/** The limits that `create`, `run` and `update` take, by commander's names. */
export interface LimitOptions {
  readonly blkioWeight?: number;
  /** Microseconds, like the other times. */
  readonly cpuPeriod?: number;
  readonly cpuQuota?: number;
  readonly cpuRtPeriod?: number;
  readonly cpuRtRuntime?: number;
  readonly cpuShares?: number;
  /** Billionths of a CPU. */
  readonly cpus?: number;
  readonly cpusetCpus?: string;
  readonly cpusetMems?: string;
  /** Bytes, like the other sizes. */
  readonly memory?: number;
  readonly memoryReservation?: number;
  readonly memorySwap?: number;
  readonly pidsLimit?: number;
}

export function addLimitOptions(command: Command): Command {
  return command
    .option(
      '--blkio-weight <weight>',
      'Block IO (relative weight), between 10 and 1000',
      parseInteger,
    )
    .option(
      '--cpu-period <microseconds>',
      'Limit CPU CFS (Completely Fair Scheduler) period',
      parseInteger,
    )
    .option('--cpu-quota <microseconds>', 'Limit CPU CFS quota', parseInteger)
    .option(
      '--cpu-rt-period <microseconds>',
      'Limit CPU real-time period in microseconds',
      parseInteger,
    )
    .option(
      '--cpu-rt-runtime <microseconds>',
      'Limit CPU real-time runtime in microseconds',
      parseInteger,
    )
    .option('-c, --cpu-shares <weight>', 'CPU shares (relative weight)', parseInteger)
    .option('--cpus <number>', 'Number of CPUs, e.g. 1.5', cpus)
    .option('--cpuset-cpus <list>', 'CPUs in which to allow execution, e.g. 0-2,4')
    .option('--cpuset-mems <list>', 'MEMs in which to allow execution, e.g. 0')
    .option('-m, --memory <size>', 'Memory limit, e.g. 64m', bytes)
    .option('--memory-reservation <size>', 'Memory soft limit', bytes)
    .option(
      '--memory-swap <size>',
      'Swap limit equal to memory plus swap: -1 to enable unlimited swap',
      bytesOrUnlimited,
    )
    .option(
      '--pids-limit <number>',
      'Tune container pids limit (set -1 for unlimited)',
      parseInteger,
    );
}

/** The limits as the engine takes them; undefined if no flag sets them. */
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
