import { setTimeout as delay } from 'node:timers/promises';
import { hasCode } from '../../../errors.ts';
import {
  type CgroupStats,
  type InterfaceStats,
  parseCgroupStats,
  parseNetDev,
  parseSystemCpu,
  statFiles,
} from '../../../runtime/cgroup/cgroup-stats.ts';
import type { Processes } from '../../../runtime/process/processes.ts';
import type { Engine } from '../../engine.ts';
import { type ContainerRecord, hasProcess } from '../record/container.ts';
import type { LiveContainer } from '../record/live-container.ts';

/** What a container and the machine have used, at one moment. */
export interface StatsSample {
  readonly read: Date;
  readonly cgroup: CgroupStats;
  /** CPU time of the machine, nanoseconds. */
  readonly systemCpu: number;
  readonly networks: readonly InterfaceStats[];
}

/** A sample and the one before it, which rates are counted from; none while it doesn't run. */
export interface Stats {
  readonly record: ContainerRecord;
  readonly sample: StatsSample | undefined;
  readonly previous: StatsSample | undefined;
}

/** Milliseconds between samples. */
const INTERVAL = 1000;

/**
 * What a container uses, once a second; `once`: one answer alone, which compares two moments a
 * second apart, or only says how it is now (`at-once`). Ends with the signal or the container.
 */
export async function* containerStats(
  engine: Engine,
  container: LiveContainer,
  mode: 'stream' | 'once' | 'at-once',
  signal: AbortSignal,
): AsyncGenerator<Stats> {
  let previous: StatsSample | undefined;
  while (engine.containers.find(container.id) === container) {
    const { record } = container;
    const sample = hasProcess(record) ? await takeSample(engine, record) : undefined;
    const answers = mode !== 'once' || previous !== undefined || sample === undefined;
    if (answers) yield { record, sample, previous: sample && previous };
    if (answers && mode !== 'stream') return;
    previous = sample;
    await delay(INTERVAL, undefined, { signal });
  }
}

/** Undefined when the container has just ended, and its cgroup with it. */
async function takeSample(
  { processes }: Engine,
  record: ContainerRecord,
): Promise<StatsSample | undefined> {
  const [texts, networks, system] = await Promise.all([
    Promise.all(
      statFiles.map(async (file) => [file, await processes.usage(record, file)] as const),
    ),
    readInterfaces(processes, record),
    processes.kernelTable('stat'),
  ]);
  const files = Object.fromEntries(texts) as Record<(typeof statFiles)[number], string>;
  if (files['cpu.stat'] === '') return undefined;
  return {
    read: new Date(),
    cgroup: parseCgroupStats(files),
    systemCpu: parseSystemCpu(system),
    networks,
  };
}

/** The machine's own interfaces say nothing of a container that shares them. */
async function readInterfaces(
  processes: Processes,
  { hostConfig, state }: ContainerRecord,
): Promise<InterfaceStats[]> {
  if (hostConfig.NetworkMode === 'host') return [];
  // The process may have just ended.
  const text = await processes.kernelTable(`${state.pid}/net/dev`).catch((error) => {
    if (hasCode(error, 'ENOENT', 'ESRCH', 'EINVAL')) return '';
    throw error;
  });
  return parseNetDev(text);
}
