import type { ServerResponse } from 'node:http';
import { type ScriptedUsage, statisticsLine } from './scripted-statistics.ts';

/** A container's statistics: the latest numbers, then each change that a test makes. */
export class StandInStats {
  readonly #listeners = new Set<ServerResponse>();
  #usage: ScriptedUsage = { cpuPercent: 0, memory: 1_000_000 };

  get listeners(): number {
    return this.#listeners.size;
  }

  tell(usage: ScriptedUsage): void {
    this.#usage = usage;
    for (const listener of this.#listeners) listener.write(this.#line());
  }

  /** Answers GET /containers/{id}/stats. */
  send(response: ServerResponse, isRunning: boolean): void {
    response.writeHead(200, { 'content-type': 'application/json' });
    if (!isRunning) {
      response.end(statisticsLine({ cpuPercent: 0, memory: 0 }, 0));
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
    return statisticsLine(this.#usage);
  }
}
