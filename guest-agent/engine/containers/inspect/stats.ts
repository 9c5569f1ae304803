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

/** What a container and the VM have used, at one moment. */
export interface StatsSample {
  readonly read: Date;
  readonly cgroup: CgroupStats;
  /** CPU time of the VM in nanoseconds. */
  readonly systemCpu: number;
  readonly networks: readonly InterfaceStats[];
}

/** A sample and the previous one, for rates. Undefined while the container doesn't run. */
export interface Stats {
  readonly record: ContainerRecord;
  readonly sample: StatsSample | undefined;
  readonly previous: StatsSample | undefined;
}

/** Milliseconds between samples. */
const INTERVAL = 1000;

/**
 * What a container uses, once a second. With `once`, a single answer that compares two moments a
 * second apart, or with `at-once` only the current values. Ends with the signal or the container.
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

/** Undefined if the container has just exited and its cgroup is gone. */
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

/** A container that shares the VM's interfaces has no numbers of its own. */
async function readInterfaces(
  processes: Processes,
  { hostConfig, state }: ContainerRecord,
): Promise<InterfaceStats[]> {
  if (hostConfig.NetworkMode === 'host') return [];
  // The process may have just exited.
  const text = await processes.kernelTable(`${state.pid}/net/dev`).catch((error) => {
    if (hasCode(error, 'ENOENT', 'ESRCH', 'EINVAL')) return '';
    throw error;
  });
  return parseNetDev(text);
}
