import { EventEmitter, on, once } from 'node:events';
import type { MachineStatus } from '../../../api/machine.ts';
import { HostError } from '../../base/errors.ts';
import type { MachineControl } from '../../machine/control.ts';
import { runningStatus } from '../../machine/testing/running-status.ts';

/** A VM control without a VM: starts immediately, in the given steps. */
export class StandInMachine implements MachineControl {
  readonly engineSocket: string;
  readonly #changes = new EventEmitter();
  #status = runningStatus;
  #crashed = false;

  constructor(engineSocket: string) {
    this.engineSocket = engineSocket;
  }

  /** What its watchers see from now on. */
  set(change: Partial<MachineStatus>): void {
    this.#status = { ...this.#status, ...change };
    this.#changes.emit('change', this.#status);
  }

  /** Ends as a killed hypervisor does: the next start works. */
  crash(reason: string): void {
    const failure = { message: `The VM crashed: ${reason}`, console: [] };
    this.set({ state: 'failed', failure });
    this.#crashed = true;
  }

  async status(): Promise<MachineStatus> {
    return this.#status;
  }

  async start(): Promise<MachineStatus> {
    if (this.#status.state === 'failed' && !this.#crashed) {
      throw new HostError('machine-failed', "the VM didn't start: no answer over SSH", {
        hint: 'see `berth machine console`',
      });
    }
    this.#crashed = false;
    const { failure: _, ...status } = this.#status;
    this.#status = status;
    this.set({ state: 'running' });
    return this.#status;
  }

  async suspend(): Promise<void> {
    this.set({ state: 'suspended' });
  }

  async stop(): Promise<void> {
    this.set({ state: 'stopped' });
  }

  async leave(): Promise<void> {
    if (!(await this.isSuspended())) await this.stop();
  }

  async isSuspended(): Promise<boolean> {
    return this.#status.state === 'suspended';
  }

  async kill(): Promise<void> {
    this.set({ state: 'stopped' });
  }

  async *watch(signal: AbortSignal): AsyncGenerator<MachineStatus> {
    yield this.#status;
    try {
      for await (const [status] of on(this.#changes, 'change', { signal })) yield status;
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  async consoleLines(): Promise<string[]> {
    return ['berth: init', 'berth: sshd'];
  }

  async *followConsole(signal: AbortSignal): AsyncGenerator<Buffer> {
    yield Buffer.from('berth: init\nberth: sshd\n');
    await once(signal, 'abort');
  }

  async publishedPorts() {
    return [];
  }

  async inGuest() {
    return { code: 0, stdout: '', stderr: '' };
  }

  async sshCommand(): Promise<string[]> {
    // As ssh does: a shell, or the command that is added.
    return ['/bin/sh', '-c', 'if [ $# -gt 0 ]; then exec sh -c "$1"; fi; exec sh', 'ssh'];
  }
}
