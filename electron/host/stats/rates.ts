import type { Usage } from '../../api/usage.ts';
import type { ContainerUsage } from '../engine/stats.ts';

/** The counters of a moment; engines count bytes since a container's start. */
export interface Sample {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly usage: ContainerUsage;
}

/** What was used between two moments, a second. A counter that went back began anew. */
export function usageBetween(before: Sample | undefined, now: Sample): Usage {
  const { usage } = now;
  const seconds = before ? (now.at - before.at) / 1000 : 0;
  const rate = (counter: 'received' | 'sent' | 'read' | 'written') => {
    const moved = usage[counter] - (before?.usage[counter] ?? usage[counter]);
    return seconds > 0 ? Math.max(0, moved) / seconds : 0;
  };
  return {
    at: now.at,
    cpuPercent: usage.cpuPercent,
    memory: usage.memory,
    memoryLimit: usage.memoryLimit,
    received: rate('received'),
    sent: rate('sent'),
    read: rate('read'),
    written: rate('written'),
    processes: usage.processes,
  };
}
