import { Lock } from '../../lock.ts';
import type { ContainerRecord } from './container.ts';

/** A client that attaches to the container's next run. */
export interface PendingAttachment {
  /** The attach socket exists and the process hasn't started: connect now. */
  connect(socketPath: string): void;
  /** There is no next run: the start failed, or the container is gone. */
  cancel(): void;
}

export interface ExitResult {
  readonly exitCode: number;
  readonly error: string;
}

/** A container in memory: its record and its waiting clients. The collection owns the record. */
export class LiveContainer {
  record: ContainerRecord;
  /** Held during starts, cleanups after an exit, and removals, so that only one runs at a time. */
  readonly lock = new Lock();
  readonly pendingAttachments = new Set<PendingAttachment>();
  /** Set between a stop request and the exit, so that the restart policy doesn't apply. */
  stopRequested = false;
  /** Variables that only the next run gets: secrets of a build, which the record doesn't keep. */
  secretEnv: readonly string[] = [];
  /** Aborts the health checks of the current run. */
  healthMonitor: AbortController | undefined;
  /** The timer that rotates the log of a running container. */
  logTimer: NodeJS.Timeout | undefined;
  /** The wait before the next restart by policy. */
  restartTimer: NodeJS.Timeout | undefined;
  /** The length in milliseconds of that wait, or of the wait before the current run. */
  restartDelay: number | undefined;
  #exit = Promise.withResolvers<ExitResult>();
  readonly #removed = Promise.withResolvers<ExitResult>();

  constructor(record: ContainerRecord) {
    this.record = record;
  }

  get id(): string {
    return this.record.id;
  }

  /** Resolves when the current run ends, or else the next one. */
  nextExit(): Promise<ExitResult> {
    return this.#exit.promise;
  }

  removed(): Promise<ExitResult> {
    return this.#removed.promise;
  }

  /** Notifies waiting clients that a run ended, and prepares for the next run. */
  announceExit(result: ExitResult): void {
    this.#exit.resolve(result);
    this.#exit = Promise.withResolvers();
  }

  announceRemoved(): void {
    const { exitCode, error } = this.record.state;
    this.#exit.resolve({ exitCode, error });
    this.#removed.resolve({ exitCode, error });
    this.cancelAttachments();
  }

  connectAttachments(socketPath: string): void {
    for (const attachment of this.pendingAttachments) attachment.connect(socketPath);
    this.pendingAttachments.clear();
  }

  cancelAttachments(): void {
    for (const attachment of this.pendingAttachments) attachment.cancel();
    this.pendingAttachments.clear();
  }
}
