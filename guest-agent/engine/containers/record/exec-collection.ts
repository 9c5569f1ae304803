import { EngineError } from '../../../errors.ts';

/** A process to run in a container beside its main process. */
export interface ExecRequest {
  readonly id: string;
  readonly argv: readonly string[];
  readonly env: readonly string[];
  /** If empty, the container's user; an empty `workingDir` is the container's. */
  readonly user: string;
  readonly workingDir: string;
  readonly tty: boolean;
  readonly stdin: boolean;
  readonly privileged: boolean;
  readonly consoleSize: readonly [number, number] | null;
}

/** One `docker exec`: what was asked for, and what became of it. Lives in memory only. */
export interface Exec extends ExecRequest {
  readonly containerId: string;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly detachKeys: string;
  consoleSize: readonly [number, number] | null;
  status: 'created' | 'running' | 'exited';
  pid: number;
  exitCode: number | null;
}

/** How many ended execs of a container can still be inspected. */
const KEPT = 64;

export class ExecCollection {
  readonly #byId = new Map<string, Exec>();

  add(exec: Exec): void {
    this.#byId.set(exec.id, exec);
    const ended = this.of(exec.containerId).filter(({ status }) => status === 'exited');
    for (const { id } of ended.slice(0, -KEPT)) this.#byId.delete(id);
  }

  /** By ID or beginning of an ID. */
  get(reference: string): Exec {
    const exec =
      this.#byId.get(reference) ??
      [...this.#byId.values()].find(({ id }) => reference.length > 0 && id.startsWith(reference));
    if (!exec) throw new EngineError('not-found', `No such exec instance: ${reference}`);
    return exec;
  }

  /** Oldest first. */
  of(containerId: string): Exec[] {
    return [...this.#byId.values()].filter((exec) => exec.containerId === containerId);
  }

  removeOf(containerId: string): void {
    for (const { id } of this.of(containerId)) this.#byId.delete(id);
  }
}
