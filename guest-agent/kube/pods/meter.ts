import { cpus } from 'node:os';
import type { Container } from 'kubernetes-types/core/v1.js';
import { containerStats } from '../../engine/containers/inspect/stats.ts';
import { hasProcess } from '../../engine/containers/record/container.ts';
import type { LiveContainer } from '../../engine/containers/record/live-container.ts';
import type { Engine } from '../../engine/engine.ts';
import { machineUsage } from '../../runtime/machine-usage.ts';
import type { Meter, Usage } from '../api/meter.ts';
import { currentRun } from './lifecycle/container-runs.ts';

const NANOSECONDS = 1e9;

/** Measures the engine's containers, by pods, and the VM as the node. */
export function engineMeter(engine: Engine): Meter {
  return {
    pod: async (pod, signal) => {
      const { initContainers = [], containers = [] } = pod.spec ?? {};
      const measure = async ({ name }: Container): Promise<[string, Usage][]> => {
        const live = currentRun(engine, pod, name);
        const usage = live && (await usageOf(engine, live, signal));
        return usage ? [[name, usage]] : [];
      };
      const usages = await Promise.all([...initContainers, ...containers].map(measure));
      return new Map(usages.flat());
    },
    node: async (signal) => {
      for await (const { cpu, memory } of machineUsage(engine.directories.data, signal)) {
        return { cpu: cpu * cpus().length, memory };
      }
      throw signal.reason;
    },
  };
}

/** Undefined if the container doesn't run. */
async function usageOf(
  engine: Engine,
  live: LiveContainer,
  signal: AbortSignal,
): Promise<Usage | undefined> {
  if (!hasProcess(live.record)) return undefined;
  for await (const { sample, previous } of containerStats(engine, live, 'once', signal)) {
    if (!sample || !previous) return undefined;
    const seconds = (sample.read.getTime() - previous.read.getTime()) / 1000;
    const used = (sample.cgroup.cpu.total - previous.cgroup.cpu.total) / NANOSECONDS;
    const { usage, stats } = sample.cgroup.memory;
    // As in Kubernetes, without files that the kernel can forget.
    const memory = Math.max(usage - (stats.inactive_file ?? 0), 0);
    return { cpu: seconds > 0 ? Math.max(used / seconds, 0) : 0, memory };
  }
  return undefined;
}
