import type { ServerResponse } from 'node:http';

/** What a container has used so far. */
export interface StandInUsage {
  /** The share of one CPU in the last second. */
  readonly cpuPercent: number;
  /** Bytes; so the others. */
  readonly memory: number;
  readonly received?: number;
  readonly sent?: number;
  readonly read?: number;
  readonly written?: number;
}

/** A container's statistics: one answer at once, then one each time that a test tells of more. */
export class StandInStats {
  readonly #listeners = new Set<ServerResponse>();
  #usage: StandInUsage = { cpuPercent: 0, memory: 1_000_000 };

  get listeners(): number {
    return this.#listeners.size;
  }

  tell(usage: StandInUsage): void {
    this.#usage = usage;
    for (const listener of this.#listeners) listener.write(this.#line());
  }

  /** Answers GET /containers/{id}/stats. */
  send(response: ServerResponse, isRunning: boolean): void {
    response.writeHead(200, { 'content-type': 'application/json' });
    if (!isRunning) {
      response.end(lineOf({ cpuPercent: 0, memory: 0 }, 0));
      return;
    }
    response.write(this.#line());
    this.#listeners.add(response);
    response.on('close', () => this.#listeners.delete(response));
  }

  end(): void {
    for (const listener of this.#listeners) listener.end();
  }

  #line(): string {
    return lineOf(this.#usage, PROCESSES);
  }
}

const PROCESSES = 3;

function lineOf(usage: StandInUsage, processes: number): string {
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
