import { Lock } from '../../lock.ts';
import type { ContainerRecord } from './container.ts';

/** Someone who wants a container's streams and waits for its next run. */
export interface PendingAttachment {
  /** The attach socket is there and the process hasn't started: connect now. */
  connect(socketPath: string): void;
  /** The run never came: the start failed or the container is gone. */
  cancel(): void;
}

export interface ExitResult {
  readonly exitCode: number;
  readonly error: string;
}

/** A container in memory: its record, and who waits for what. The collection owns the record. */
export class LiveContainer {
  record: ContainerRecord;
  /** Held while starting, cleaning up after an exit and removing: never two of them at once. */
  readonly lock = new Lock();
  readonly pendingAttachments = new Set<PendingAttachment>();
  /** Set between a request to stop and the exit: the restart policy then keeps out of it. */
  stopRequested = false;
  /** Ends the health checks of the present run. */
  healthMonitor: AbortController | undefined;
  /** Looks after the length of the log while it runs. */
  logTimer: NodeJS.Timeout | undefined;
  /** The pause before the next try of a restart policy. */
  restartTimer: NodeJS.Timeout | undefined;
  /** How long that pause is, or the one before the present run was: milliseconds. */
  restartDelay: number | undefined;
  #exit = Promise.withResolvers<ExitResult>();
  readonly #removed = Promise.withResolvers<ExitResult>();

  constructor(record: ContainerRecord) {
    this.record = record;
  }

  get id(): string {
    return this.record.id;
  }

  /** Resolves at the end of the present run, or of the next one. */
  nextExit(): Promise<ExitResult> {
    return this.#exit.promise;
  }

  removed(): Promise<ExitResult> {
    return this.#removed.promise;
  }

  /** A run ended: tells those who waited, and makes ready for the next run. */
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
