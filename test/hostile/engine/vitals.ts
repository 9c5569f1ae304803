import { readFile, writeFile } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';

/** What the engine may take. */
export const LIMITS = {
  /** For 99 of 100 signs of life, in milliseconds. */
  p99Ms: 250,
  /** For each. A host that other programs keep busy adds to it. */
  turnMs: 1000,
  /** The most memory of its process, in MiB. */
  memory: 640,
} as const;

/** The engine's signs of life during a run. */
export interface Vitals {
  /** Since the last call: the longest ping in milliseconds, failed pings, and the most memory in MiB. */
  since(): Promise<{ longest: number; failed: readonly string[]; memory: number }>;
  /** The pings so far, in milliseconds. */
  summary(): { pings: number; p99: number; longest: number };
  stop(): Promise<void>;
}

/** Watches the engine's process `pid`, which answers on `socket`. */
export function watchVitals(socket: string, pid: number): Vitals {
  const all: number[] = [];
  let recent: number[] = [];
  let failed: string[] = [];
  const worker = new Worker(new URL('./ping-worker.ts', import.meta.url), {
    workerData: { socket, pid },
  });
  worker.on('message', (message: { took?: number; failed?: string }) => {
    if (message.failed !== undefined) failed.push(message.failed);
    if (message.took === undefined) return;
    all.push(message.took);
    recent.push(message.took);
  });
  return {
    async since() {
      const status = await readFile(`/proc/${pid}/status`, 'utf8');
      const memory = Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1]) / 1024;
      // Begins a new measurement of the most memory (proc(5)).
      await writeFile(`/proc/${pid}/clear_refs`, '5');
      const result = { longest: Math.max(0, ...recent), failed, memory };
      recent = [];
      failed = [];
      return result;
    },
    summary() {
      const sorted = all.toSorted((a, b) => a - b);
      const p99 = sorted[Math.floor(sorted.length * 0.99)] ?? 0;
      return { pings: all.length, p99, longest: sorted.at(-1) ?? 0 };
    },
    stop: async () => void (await worker.terminate()),
  };
}
