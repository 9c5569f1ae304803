import type { MachineStatus } from '../../api/machine.ts';
import type { PublishedPort } from '../../api/ports.ts';
import type { ProgramResult } from '../base/process.ts';

/**
 * A VM as the CLI, the browser mode and Electron see it. All processes of a user see the same VM:
 * it belongs to a background process that outlives its callers.
 */
export interface MachineControl {
  /** The engine's socket while the VM runs: a Unix socket, or a named pipe on Windows. */
  readonly engineSocket: string;
  /** Never starts the VM; `stopped` if no background process runs. */
  status(): Promise<MachineStatus>;
  /**
   * Starts the VM and resolves when the engine answers. Idempotent; parallel callers share one
   * start. Rejects with HostError 'machine-failed', which names the step.
   */
  start(onStatus?: (status: MachineStatus) => void, signal?: AbortSignal): Promise<MachineStatus>;
  /**
   * Saves the VM and everything in it, and ends it; `start` resumes it. Idempotent. If the VM can't
   * be suspended, rejects with HostError and the VM keeps running.
   */
  suspend(onStatus?: (status: MachineStatus) => void): Promise<void>;
  /**
   * Stops containers, then the VM; falls back to `kill` after the grace time. Discards the saved
   * state of a suspended VM. Idempotent.
   */
  stop(onStatus?: (status: MachineStatus) => void): Promise<void>;
  /** Like `stop`, but a VM that is suspended, or is being suspended, stays suspended. Idempotent. */
  leave(onStatus?: (status: MachineStatus) => void): Promise<void>;
  /** Whether the VM's memory is saved, so that a stop would discard it. The status is `failed` if resuming failed. */
  isSuspended(): Promise<boolean>;
  /** Ends the hypervisor immediately, like a power failure. Idempotent. */
  kill(): Promise<void>;
  /** Yields the current status and each change; ends when `signal` aborts. */
  watch(signal: AbortSignal): AsyncIterable<MachineStatus>;
  /** The last lines of the VM's console, oldest first. */
  consoleLines(limit: number): Promise<string[]>;
  /** The whole console of the VM, then new output; ends when `signal` aborts. */
  followConsole(signal: AbortSignal): AsyncIterable<Buffer>;
  /**
   * The host ports of running containers, after all currently published ports were opened or have
   * failed. Rejects with HostError 'machine-not-running'.
   */
  publishedPorts(): Promise<PublishedPort[]>;
  /**
   * Runs a shell command as root in the VM, over Berth's own connection: no `ssh` is needed. For short
   * output. Rejects with HostError 'machine-not-running' if nothing is connected to the VM.
   */
  inGuest(command: string): Promise<ProgramResult>;
  /** The command for a root shell in the VM: argv for OpenSSH's `ssh`. */
  sshCommand(): Promise<string[]>;
}
