import { setTimeout as sleep } from 'node:timers/promises';
import type { MachineStatus } from '../../../api/machine.ts';
import type { PublishedPort } from '../../../api/ports.ts';
import { HostError, reasonOf } from '../../base/errors.ts';
import { loggerOf } from '../../base/log.ts';
import { discardSavedState, isSuspended } from '../../home/saved-state.ts';
import { isAfterLaunch } from '../boot/boot-steps.ts';
import { type ExecResult, exec } from '../bridge/channels.ts';
import type { MachineExit } from '../machine.ts';
import { adjustResources } from './adjust-resources.ts';
import { PublishedStatus } from './published-status.ts';
import { endInOrder, type Run, release } from './run.ts';
import { crashOf } from './start-failure.ts';
import { Starts, type StartsOptions } from './starts.ts';
import { settleSuspension, suspendRun } from './suspend.ts';

const log = loggerOf('lifecycle');

/** How long open ports and connections may take to close when another process takes over. */
const handOverMs = 3_000;

export interface LifecycleOptions extends StartsOptions {
  /** The status before the first start: the known facts of a VM that may be taken over. */
  readonly initial: MachineStatus;
  /** How long the VM may take to stop its containers and power off. */
  readonly graceMs?: number;
}

const handedOver = () => new HostError('cancelled', 'Another background process continues');

/** The state machine over any driver. A VM has exactly one, owned by its background process. */
export class Lifecycle {
  readonly #options: LifecycleOptions;
  readonly #status: PublishedStatus;
  readonly #starts: Starts;
  #run: Run | undefined;
  /** The VM that was taken over, if any: its containers run already. */
  #adopted: Run | undefined;
  #ending: Promise<void> | undefined;
  /** Settles after the last change of resources; doesn't reject. */
  #adjusting: Promise<void> = Promise.resolve();
  /** Settles when suspending has succeeded or failed; doesn't reject. */
  #suspending: Promise<unknown> | undefined;
  /** Why the hypervisor couldn't tell whether the VM runs. Absent if that is known. */
  #unknown: HostError | undefined;
  /** The present question to the hypervisor, whether the VM runs. */
  #asking: Promise<boolean> | undefined;
  /** The VM belongs to another background process. */
  #handedOver = false;
  /** The current shutdown is for sleep. */
  #resting = false;

  constructor(options: LifecycleOptions) {
    this.#options = options;
    this.#status = new PublishedStatus(options.initial);
    this.#starts = new Starts(options, this.#status, {
      onUp: (run) => this.#onUp(run),
      onDown: (end) => this.#down(end),
    });
  }

  get status(): MachineStatus {
    return this.#status.now;
  }

  get events(): PublishedStatus['events'] {
    return this.#status.events;
  }

  /**
   * Resolves when the engine answers. Parallel callers share one start. Rejects with HostError if the
   * hypervisor can't tell whether the VM runs already.
   */
  async start(): Promise<void> {
    await this.#settled();
    await this.#known();
    if (this.#handedOver) throw handedOver();
    if (!this.#run) {
      const { name, driver, cpus, memoryMiB, diskGiB } = this.status;
      const startedAt = new Date().toISOString();
      this.#status.prepare({
        ...{ name, driver, cpus, memoryMiB, diskGiB, startedAt, state: 'starting' },
      });
      this.#run = this.#starts.begin(() => true);
    }
    await this.#run.started;
  }

  /**
   * Takes over a hypervisor that an earlier background process left. False if there is none, or if
   * the hypervisor can't tell: then the status is `failed`, and the next call asks again. Other calls
   * wait for the answer.
   */
  adopt(): Promise<boolean> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #ask(): Promise<boolean> {
    try {
      const isTaken = await this.#adopt();
      this.#unknown = undefined;
      return isTaken;
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      log.warn('Looking for a running VM', error);
      this.#unknown = error;
      const { message, hint } = error;
      this.#down({ state: 'failed', failure: { message, console: [], ...(hint && { hint }) } });
      return false;
    }
  }

  async #adopt(): Promise<boolean> {
    const { machine, paths } = this.#options;
    const left = await machine.status();
    if (await settleSuspension(machine, paths)) {
      this.#status.prepare({ ...this.status, state: 'suspended' });
      return false;
    }
    const found = await machine.status();
    if (found.state === 'stopped') {
      // The hypervisor was unusable, so the driver ended it.
      if (left.state === 'running') await this.#crashed(await machine.exited());
      return false;
    }
    const { failure: _, handedOverAt: __, ...last } = this.status;
    this.#status.prepare({ ...last, state: 'starting', pid: found.pid });
    this.#run = this.#starts.begin(isAfterLaunch, machine.exited());
    this.#adopted = this.#run;
    return true;
  }

  /**
   * Asks the VM to power off, and ends the hypervisor if that takes too long. Discards the saved
   * state of a suspended VM. Idempotent.
   */
  async stop(): Promise<void> {
    if (this.#suspending) await this.#suspending;
    await this.#takenOver();
    if (this.#handedOver) return;
    this.#resting = false;
    return this.#end((run) => endInOrder(run, this.#options.machine, this.#options.graceMs));
  }

  /** Like `stop`, but for a VM that starts again when it is needed. */
  async rest(): Promise<void> {
    // A VM that the user stopped must not wake.
    if (this.#ending || this.#suspending || !this.#run) return;
    this.#resting = true;
    return this.#end((run) => endInOrder(run, this.#options.machine, this.#options.graceMs));
  }

  /**
   * Saves the VM and everything in it, and ends the hypervisor; the next start resumes it. If the
   * VM can't be suspended, rejects with HostError and the VM keeps running. Idempotent.
   */
  async suspend(): Promise<void> {
    await this.#settled();
    await this.#known();
    while (this.#run && this.status.state !== 'running') {
      await this.#run.started;
      await this.#settled();
    }
    if (this.status.state === 'suspended') return;
    if (!this.#run) throw new HostError('machine-not-running', `The VM isn't running`);
    await this.#adjusting;
    const suspended = this.#suspend(this.#run);
    this.#suspending = Promise.allSettled([suspended]).then(() => {
      this.#suspending = undefined;
    });
    await suspended;
  }

  /** Like `stop`, but doesn't touch a VM that is suspended or being suspended. */
  async leave(): Promise<void> {
    await this.#suspending;
    // The status is `failed` if resuming failed.
    if (!this.#run && isSuspended(this.#options.paths)) return;
    await this.stop();
  }

  /**
   * Ends this process's part in the VM. The VM keeps running, and the next background process takes it
   * over. Rejects with HostError 'invalid' while the VM changes its state. Afterwards, other methods
   * leave the VM alone, and `start` rejects with HostError 'cancelled'.
   */
  async handOver(): Promise<void> {
    await this.#adjusting;
    const run = this.#run;
    const { state } = this.status;
    if (this.#ending || this.#suspending || (run && state !== 'running')) {
      throw new HostError('invalid', `The VM is ${state}`);
    }
    this.#handedOver = true;
    if (!run) return;
    this.#run = undefined;
    // From now on, an exit of the VM concerns the next process.
    run.ending.abort();
    this.#status.change({ handedOverAt: new Date().toISOString() });
    run.controller.abort(handedOver());
    await Promise.race([run.boot.ended, sleep(handOverMs, undefined, { ref: false })]);
  }

  /** Ends the hypervisor immediately, even while `stop` is waiting for the VM. */
  async kill(): Promise<void> {
    if (this.#handedOver) return;
    this.#resting = false;
    const kill = () => this.#options.machine.kill();
    if (this.#suspending) {
      this.#run?.ending.abort();
      await kill();
      await this.#suspending;
    }
    if (this.#ending) await kill();
    await this.#end(kill);
  }

  /** Applies changed resource settings that the running VM can adopt. Doesn't reject. */
  adjust(): Promise<void> {
    this.#adjusting = this.#adjusting
      .then(() => this.#adjust())
      .catch((error) => log.warn('Changing the resources', error));
    return this.#adjusting;
  }

  /** The host ports of containers, including all that are published now. */
  async publishedPorts(): Promise<PublishedPort[]> {
    await this.#run?.boot.ports?.refresh();
    return this.status.ports ?? [];
  }

  /** Runs a shell command in the VM. Rejects with HostError 'machine-not-running' without a connection. */
  async inGuest(command: string): Promise<ExecResult> {
    const bridge = this.#run?.boot.bridge;
    if (bridge) return exec(bridge, command);
    throw new HostError('machine-not-running', "The VM isn't running");
  }

  async #adjust(): Promise<void> {
    const run = this.#run;
    const isUp = () => this.#run === run && this.status.state === 'running';
    if (run?.boot.bridge) await adjustResources(run.boot.bridge, this.#status, isUp, this.#options);
  }

  /** Resolves when it is known whether the VM runs; rejects if the hypervisor still can't tell. */
  async #known(): Promise<void> {
    if (this.#asking || this.#unknown) await this.adopt();
    if (this.#unknown) throw this.#unknown;
  }

  /** Resolves when Berth is connected to a VM that it took over, which can then power off. Doesn't reject. */
  async #takenOver(): Promise<void> {
    await log.attempt('Asking whether the VM runs', this.#known());
    if (this.#run && this.#run === this.#adopted) await Promise.allSettled([this.#run.started]);
  }

  /** Resolves when the VM is neither stopping nor being suspended. */
  async #settled(): Promise<void> {
    while (this.#ending || this.#suspending) await (this.#ending ?? this.#suspending);
  }

  #onUp(run: Run): void {
    // Applies settings that changed during the start, or while no background process ran.
    void this.adjust();
    run.exit
      ?.then((exit) => this.#onExit(run, exit))
      .catch((error) => {
        log.warn('Cleaning up after the VM', error);
        const message = `Berth couldn't clean up after the VM: ${reasonOf(error)}`;
        if (this.#run === run) this.#down({ state: 'failed', failure: { message, console: [] } });
      });
  }

  /** The hypervisor exited while the VM was running. */
  async #onExit(run: Run, exit: MachineExit): Promise<void> {
    if (run.ending.signal.aborted) return;
    await release(run, this.#options.machine);
    if (run.ending.signal.aborted) return;
    await this.#crashed(exit);
  }

  async #crashed(exit: MachineExit): Promise<void> {
    if (exit.orderly) return this.#down({ state: 'stopped' });
    this.#down({ state: 'failed', failure: await crashOf(exit, this.#options.paths) });
  }

  async #suspend(run: Run): Promise<void> {
    const { machine, paths } = this.#options;
    const { engineNotAnsweringSince: _, ...status } = this.status;
    this.#status.set({ ...status, state: 'suspending' });
    try {
      await suspendRun(run, machine, paths);
    } catch (error) {
      // The VM can't resume any more, or was meant to stop.
      if (run.ending.signal.aborted) await this.#end(() => machine.kill());
      else if (this.#run === run) this.#status.change({ state: 'running' });
      throw error;
    }
    this.#down({ state: 'suspended' });
  }

  #end(endHypervisor: (run: Run) => Promise<void>): Promise<void> {
    const end = async () => {
      try {
        await this.#known();
        if (this.#run) await this.#endRun(this.#run, endHypervisor);
        // An earlier attempt may have left this behind.
        else await this.#options.machine.kill();
        await discardSavedState(this.#options.paths);
        await this.#options.machine.forget?.();
      } catch (error) {
        const message = `Berth couldn't stop the VM: ${reasonOf(error)}`;
        this.#down({ state: 'failed', failure: { message, console: [] } });
        throw error;
      }
      this.#down({ state: 'stopped', ...(this.#resting && { asleep: true }) });
    };
    this.#ending ??= end().finally(() => {
      this.#ending = undefined;
    });
    return this.#ending;
  }

  async #endRun(run: Run, endHypervisor: (run: Run) => Promise<void>): Promise<void> {
    const isUp = this.status.state === 'running';
    run.ending.abort();
    const { step: _, engineNotAnsweringSince: __, ...status } = this.status;
    this.#status.set({ ...status, state: 'stopping' });
    // A VM that isn't up yet has nothing to lose. The kill below handles failures here.
    if (isUp) await log.attempt('Ending the hypervisor', endHypervisor(run), 'warn');
    await release(run, this.#options.machine);
    await Promise.allSettled([run.started]);
  }

  #down(end: Pick<MachineStatus, 'state' | 'asleep' | 'failure'>): void {
    this.#run = undefined;
    this.#status.end(end);
  }
}
