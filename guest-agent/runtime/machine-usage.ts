import { readFile, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** The resource usage of the whole VM. All values except `cpu` are in bytes. */
export interface MachineUsage {
  /** The usage of all processors since the previous reading, from 0 to 1. */
  readonly cpu: number;
  /** Without memory that can be reclaimed. */
  readonly memory: number;
  readonly memoryTotal: number;
  /** For the given file system. */
  readonly disk: number;
  readonly diskTotal: number;
}

/** The kernel's counters at one moment. */
export interface UsageReading {
  /** `/proc/stat` and `/proc/meminfo` (proc(5)). */
  readonly stat: string;
  readonly memory: string;
  /** The result of `statfs`. */
  readonly disk: { readonly bsize: number; readonly blocks: number; readonly bfree: number };
}

/** The first interval is short, so that there is soon a value to show. */
const PAUSES = { firstMs: 500, othersMs: 3000 };

/**
 * Reads the VM's usage every few seconds until `signal` aborts. `directory` is on the disk to
 * measure.
 */
export async function* machineUsage(
  directory: string,
  signal: AbortSignal,
  { proc = '/proc', pauses = PAUSES }: { proc?: string; pauses?: typeof PAUSES } = {},
): AsyncGenerator<MachineUsage, void, undefined> {
  const meter = new UsageMeter();
  for (let pause = pauses.firstMs; !signal.aborted; pause = pauses.othersMs) {
    const [stat, memory, disk] = await Promise.all([
      readFile(join(proc, 'stat'), 'utf8'),
      readFile(join(proc, 'meminfo'), 'utf8'),
      statfs(directory),
    ]);
    const usage = meter.add({ stat, memory, disk });
    if (usage) yield usage;
    try {
      await sleep(pause, undefined, { signal });
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}

/** Converts readings to usage. CPU usage is relative to the previous reading. */
export class UsageMeter {
  #last: { readonly busy: number; readonly all: number } | undefined;

  /** Undefined for the first reading, and for a reading that can't be parsed. */
  add({ stat, memory, disk }: UsageReading): MachineUsage | undefined {
    const ticks = /^cpu +(.+)$/m.exec(stat)?.[1]?.split(/\s+/).slice(0, 8).map(Number);
    const memoryTotal = kibibytes(memory, 'MemTotal');
    const memoryFree = kibibytes(memory, 'MemAvailable');
    if (!ticks || memoryTotal === undefined || memoryFree === undefined) return undefined;
    const all = ticks.reduce((sum, each) => sum + each, 0);
    // Idle time, and time spent waiting for the disk.
    const busy = all - (ticks[3] ?? 0) - (ticks[4] ?? 0);
    const last = this.#last;
    this.#last = { busy, all };
    if (!last || all <= last.all) return undefined;
    return {
      cpu: (busy - last.busy) / (all - last.all),
      memory: memoryTotal - memoryFree,
      memoryTotal,
      disk: (disk.blocks - disk.bfree) * disk.bsize,
      diskTotal: disk.blocks * disk.bsize,
    };
  }
}

function kibibytes(text: string, name: string): number | undefined {
  const found = new RegExp(`^${name}: +(\\d+) kB`, 'm').exec(text)?.[1];
  return found === undefined ? undefined : Number(found) * 1024;
}
