import { EngineError } from '../../../errors.ts';

/** A process to run in a container in addition to its main process. */
export interface ExecRequest {
  readonly id: string;
  readonly argv: readonly string[];
  readonly env: readonly string[];
  /** Empty means the container's user. The same goes for `workingDir`. */
  readonly user: string;
  readonly workingDir: string;
  readonly tty: boolean;
  readonly stdin: boolean;
  readonly privileged: boolean;
  readonly consoleSize: readonly [number, number] | null;
}

/** One `docker exec`: its request and its result. Kept in memory only. */
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

/** How many finished execs of a container can still be inspected. */
const KEPT = 64;

export class ExecCollection {
  readonly #byId = new Map<string, Exec>();

  add(exec: Exec): void {
    this.#byId.set(exec.id, exec);
    const ended = this.of(exec.containerId).filter(({ status }) => status === 'exited');
    for (const { id } of ended.slice(0, -KEPT)) this.#byId.delete(id);
  }

  /** By ID or the beginning of an ID. */
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
