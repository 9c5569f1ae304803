import { randomUUID } from 'node:crypto';
import { initialLogCredit, type LogEvent, type LogRange } from '../../api/logs.ts';
import { Credit } from '../base/credit.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import { batchPieces } from './batch.ts';
import { followLog } from './follow.ts';

/** The logs that app windows follow. Each belongs to the iteration over its events. */
export class FollowedLogs {
  readonly #client: EngineClient;
  readonly #credits = new Map<string, Credit>();

  constructor(client: EngineClient) {
    this.#client = client;
  }

  /** Follows a log until the container exits, the iteration ends, or `gone` aborts. */
  async *follow(
    container: string,
    range: LogRange,
    gone: AbortSignal,
  ): AsyncGenerator<LogEvent, void, undefined> {
    const log = randomUUID();
    const credit = new Credit(initialLogCredit);
    const left = new AbortController();
    const signal = AbortSignal.any([gone, left.signal]);
    this.#credits.set(log, credit);
    try {
      yield { type: 'opened', log };
      const pieces = followLog(this.#client, container, range, signal);
      for await (const { lines, unfinished, caughtUp } of batchPieces(pieces, credit, signal)) {
        yield { type: 'lines', lines: [...lines], unfinished: [...unfinished], caughtUp };
      }
      yield { type: 'ended' };
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      this.#credits.delete(log);
      left.abort();
    }
  }

  /** A log that has just ended needs no credit. */
  grant(log: string, characters: number): void {
    this.#credits.get(log)?.grant(characters);
  }
}
