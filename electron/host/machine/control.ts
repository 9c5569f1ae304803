import type { MachineStatus } from '../../api/machine.ts';
import type { PublishedPort } from '../../api/ports.ts';

/**
 * A machine as the CLI, the browser mode and Electron see it. All processes of one user see the
 * same machine: it belongs to a supervisor process of its own, which outlives its callers.
 */
export interface MachineControl {
  /** Where the engine answers while the machine runs: a unix socket, or a named pipe on Windows. */
  readonly engineSocket: string;
  /** Never starts the machine; `stopped` when no supervisor runs. */
  status(): Promise<MachineStatus>;
  /**
   * Brings the machine up and resolves once the engine answers. Idempotent; callers that start at
   * the same time share one start. Rejects with HostError 'machine-failed', naming the step.
   */
  start(onStatus?: (status: MachineStatus) => void, signal?: AbortSignal): Promise<MachineStatus>;
  /**
   * Saves the machine with all that runs in it, and ends it; `start` has it go on. Idempotent. Rejects
   * with HostError when that cannot be: the machine runs on.
   */
  suspend(onStatus?: (status: MachineStatus) => void): Promise<void>;
  /**
   * Stops containers, then the guest; falls back to `kill` after the grace time. What is saved of a
   * suspended machine is discarded. Idempotent.
   */
  stop(onStatus?: (status: MachineStatus) => void): Promise<void>;
  /** Ends the hypervisor now, as a power cut would. Idempotent. */
  kill(): Promise<void>;
  /** Each change of status, beginning with the present one; ends when `signal` aborts. */
  watch(signal: AbortSignal): AsyncIterable<MachineStatus>;
  /** The guest console's last lines, oldest first. */
  consoleLines(limit: number): Promise<string[]>;
  /** All of the guest's console, then what is added; ends when `signal` aborts. */
  followConsole(signal: AbortSignal): AsyncIterable<Buffer>;
  /**
   * The ports of running containers on this computer, once all that is published by now is open or
   * is known not to be. Rejects with HostError 'machine-not-running'.
   */
  publishedPorts(): Promise<PublishedPort[]>;
  /** What an ssh client needs to get a root shell in the guest: argv for OpenSSH's `ssh`. */
  sshCommand(): Promise<string[]>;
}
