import type { FakeEngine } from '../../../../guest-agent/testing/fake-engine/fake-engine.ts';

/** A container's usage so far. */
export interface ScriptedUsage {
  /** The share of one CPU that the container used in the last second. */
  readonly cpuPercent: number;
  /** In bytes, like the other fields. */
  readonly memory: number;
  readonly received?: number;
  readonly sent?: number;
  readonly read?: number;
  readonly written?: number;
}

/** The number of processes of every running container. */
const PROCESSES = 3;

/**
 * Replaces the engine's statistics of a container by exact numbers from a test. A client gets the
 * latest numbers first, then each change until the container exits.
 */
export class ScriptedStatistics {
  readonly #listeners = new Set<(line: string | undefined) => void>();
  #usage: ScriptedUsage = { cpuPercent: 0, memory: 1_000_000 };

  constructor(engine: FakeEngine, id: string) {
    engine.inject(`GET /containers/${id}/stats`, {
      kind: 'reply',
      reply: () => ({ kind: 'stream', contentType: 'application/json', body: this.#lines() }),
    });
    engine.engine.events.listen((event) => {
      if (event.id === id && event.action === 'die') this.#send(undefined);
    });
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  tell(usage: ScriptedUsage): void {
    this.#usage = usage;
    this.#send(statisticsLine(usage));
  }

  #send(line: string | undefined): void {
    for (const listener of this.#listeners) listener(line);
  }

  async *#lines(): AsyncGenerator<string> {
    let arrived = Promise.withResolvers<void>();
    const waiting: (string | undefined)[] = [statisticsLine(this.#usage)];
    const listener = (line: string | undefined) => {
      waiting.push(line);
      arrived.resolve();
    };
    this.#listeners.add(listener);
    try {
      while (true) {
        for (const line of waiting.splice(0)) {
          if (line === undefined) return;
          yield line;
        }
        if (waiting.length > 0) continue;
        arrived = Promise.withResolvers();
        await arrived.promise;
      }
    } finally {
      this.#listeners.delete(listener);
    }
  }
}

/** A line of `GET /containers/{id}/stats`. */
export function statisticsLine(usage: ScriptedUsage, processes = PROCESSES): string {
  const { cpuPercent, memory, received = 0, sent = 0, read = 0, written = 0 } = usage;
  const document = {
    ...{ id: '', name: '' },
    pids_stats: { current: processes },
    cpu_stats: {
      cpu_usage: { total_usage: cpuPercent * 1e7 },
      ...{ system_cpu_usage: 2e9, online_cpus: 2 },
    },
    precpu_stats: { cpu_usage: { total_usage: 0 }, system_cpu_usage: 0, online_cpus: 2 },
    memory_stats: { usage: memory, limit: 2_000_000_000, stats: {} },
    blkio_stats: {
      io_service_bytes_recursive: [
        { op: 'read', value: read },
        { op: 'write', value: written },
      ],
    },
    networks: { eth0: { rx_bytes: received, tx_bytes: sent } },
  };
  return `${JSON.stringify(document)}\n`;
}
