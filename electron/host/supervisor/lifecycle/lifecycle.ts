import type { MachineStatus } from '../../../api/machine.ts';
import type { PublishedPort } from '../../../api/ports.ts';
import { HostError, reasonOf } from '../../base/errors.ts';
import { loggerOf } from '../../base/log.ts';
import { discardSavedState } from '../../home/saved-state.ts';
import { isAfterLaunch } from '../boot/boot-steps.ts';
import type { MachineExit } from '../machine.ts';
import { adjustResources } from './adjust-resources.ts';
import { PublishedStatus } from './published-status.ts';
import { endInOrder, type Run, release } from './run.ts';
import { crashOf } from './start-failure.ts';
import { Starts, type StartsOptions } from './starts.ts';
import { settleSuspension, suspendRun } from './suspend.ts';

const log = loggerOf('lifecycle');

export interface LifecycleOptions extends StartsOptions {
  /** The status before the first start: what is known of a machine that may be taken over. */
  readonly initial: MachineStatus;
  /** How long the guest may take to stop its containers and power off. */
  readonly graceMs?: number;
}

/** The state machine over any driver. The supervisor owns the only one of each machine. */
export class Lifecycle {
  readonly #options: LifecycleOptions;
  readonly #status: PublishedStatus;
  readonly #starts: Starts;
  #run: Run | undefined;
  #ending: Promise<void> | undefined;
  /** Settles after the last change of resources; does not reject. */
  #adjusting: Promise<void> = Promise.resolve();
  /** Settles once the machine is suspended, or known not to be; does not reject. */
  #suspending: Promise<unknown> | undefined;
  /** The end under way is no more than a rest. */
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

  /** Resolves once the engine answers. Callers at the same time share one start. */
  async start(): Promise<void> {
    await this.#settled();
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

  /** Takes over a hypervisor process that an earlier supervisor left. False when there is none. */
  async adopt(): Promise<boolean> {
    const { machine, paths } = this.#options;
    const left = await machine.status();
    if (await settleSuspension(machine, paths)) {
      this.#status.prepare({ ...this.status, state: 'suspended' });
      return false;
    }
    const found = await machine.status();
    if (found.state === 'stopped') {
      // It was there and of no use: the driver has ended it.
      if (left.state === 'running') await this.#crashed(await machine.exited());
      return false;
    }
    const { failure: _, ...last } = this.status;
    this.#status.prepare({ ...last, state: 'starting', pid: found.pid });
    this.#run = this.#starts.begin(isAfterLaunch, machine.exited());
    return true;
  }

  /**
   * Asks the guest to power off, and ends the hypervisor when that takes too long. What is saved of
   * a suspended machine is discarded. Idempotent.
   */
  async stop(): Promise<void> {
    if (this.#suspending) await this.#suspending;
    this.#resting = false;
    return this.#end((run) => endInOrder(run, this.#options.machine, this.#options.graceMs));
  }

  /** The same, for a machine that is meant to start again when somebody needs it. */
  async rest(): Promise<void> {
    // One that is being stopped, or was, is not to wake.
    if (this.#ending || this.#suspending || !this.#run) return;
    this.#resting = true;
    return this.#end((run) => endInOrder(run, this.#options.machine, this.#options.graceMs));
  }

  /**
   * Saves the machine with all that runs in it and ends the hypervisor; the next start goes on from
   * there. Rejects with HostError when that cannot be, and the machine runs on. Idempotent.
   */
  async suspend(): Promise<void> {
    await this.#settled();
    while (this.#run && this.status.state !== 'running') {
      await this.#run.started;
      await this.#settled();
    }
    if (this.status.state === 'suspended') return;
    if (!this.#run) throw new HostError('machine-not-running', 'The machine is not running');
    await this.#adjusting;
    const suspended = this.#suspend(this.#run);
    this.#suspending = Promise.allSettled([suspended]).then(() => {
      this.#suspending = undefined;
    });
    await suspended;
  }

  /** The same as `stop`, but leaves a machine that is suspended, or is just being so, as it is. */
  async leave(): Promise<void> {
    await this.#suspending;
    if (this.status.state !== 'suspended') await this.stop();
  }

  /** Ends the hypervisor at once, also while `stop` is still waiting for the guest. */
  async kill(): Promise<void> {
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

  /**
   * Gives the machine, while it runs, what it can have at once of resources that were chosen since
   * it was started. Does not reject.
   */
  adjust(): Promise<void> {
    this.#adjusting = this.#adjusting
      .then(() => this.#adjust())
      .catch((error) => log.warn('Changing the resources', error));
    return this.#adjusting;
  }

  /** The containers' ports on this computer, none missing that is published by now. */
  async publishedPorts(): Promise<PublishedPort[]> {
    await this.#run?.boot.ports?.refresh();
    return this.status.ports ?? [];
  }

  async #adjust(): Promise<void> {
    const run = this.#run;
    const isUp = () => this.#run === run && this.status.state === 'running';
    if (run?.boot.bridge) await adjustResources(run.boot.bridge, this.#status, isUp, this.#options);
  }

  /** Resolves once the machine is neither being ended nor being suspended. */
  async #settled(): Promise<void> {
    while (this.#ending || this.#suspending) await (this.#ending ?? this.#suspending);
  }

  #onUp(run: Run): void {
    // Chosen while it started, or while it ran with nobody to look after it.
    void this.adjust();
    run.exit
      ?.then((exit) => this.#onExit(run, exit))
      .catch((error) => {
        log.warn('Cleaning up after the machine', error);
        const message = `Berth couldn't clean up after the machine: ${reasonOf(error)}`;
        if (this.#run === run) this.#down({ state: 'failed', failure: { message, console: [] } });
      });
  }

  /** The hypervisor has gone while the machine was running. */
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
      // Too late to run on, or meant to end.
      if (run.ending.signal.aborted) await this.#end(() => machine.kill());
      else if (this.#run === run) this.#status.change({ state: 'running' });
      throw error;
    }
    this.#down({ state: 'suspended' });
  }

  #end(endHypervisor: (run: Run) => Promise<void>): Promise<void> {
    const end = async () => {
      try {
        if (this.#run) await this.#endRun(this.#run, endHypervisor);
        // An attempt before this one may have left it behind.
        else await this.#options.machine.kill();
        await discardSavedState(this.#options.paths);
      } catch (error) {
        const message = `The machine could not be ended: ${reasonOf(error)}`;
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
    // A machine that is not up yet has nothing that could be lost. What goes wrong here is made up
    // for by the kill below.
    if (isUp) await log.attempt('Ending the hypervisor', endHypervisor(run), 'warn');
    await release(run, this.#options.machine);
    await Promise.allSettled([run.started]);
  }

  #down(end: Pick<MachineStatus, 'state' | 'asleep' | 'failure'>): void {
    this.#run = undefined;
    this.#status.end(end);
  }
}
