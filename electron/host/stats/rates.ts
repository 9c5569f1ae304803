import type { Usage } from '../../api/usage.ts';
import type { ContainerUsage } from '../engine/stats.ts';

/** Counter values at one time; engines count bytes since a container's start. */
export interface Sample {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly usage: ContainerUsage;
}

/** The usage per second between two times. A counter that decreased was reset. */
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
