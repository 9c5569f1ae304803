import { EventEmitter } from 'node:events';
import type { BootStep, MachineStatus } from '../../../api/machine.ts';
import type { PublishedPort } from '../../../api/ports.ts';
import { HostError, reasonOf } from '../../base/errors.ts';
import { loggerOf } from '../../base/log.ts';
import { seenElsewhere } from '../../base/seen-elsewhere.ts';
import { noteApplied } from '../../home/launch-record.ts';
import { discardSavedState } from '../../home/saved-state.ts';
import { appliedSettings, pendingResources } from '../../settings/applied.ts';
import { type BootContext, createBoot } from '../boot/boot.ts';
import { type BootStepInfo, bootSteps, isAfterLaunch } from '../boot/boot-steps.ts';
import { type StartPlan, startedAnew } from '../boot/prepare-start.ts';
import { changeResources } from '../guest/live-resources.ts';
import type { MachineExit } from '../machine.ts';
import { acceleratorFaultOf } from './accelerator-fault.ts';
import { passStep } from './pass-step.ts';
import { endInOrder, type Run, release } from './run.ts';
import { crashOf, endFailedStart } from './start-failure.ts';
import { settleSuspension, suspendRun } from './suspend.ts';

const log = loggerOf('lifecycle');

export interface LifecycleOptions
  extends Pick<
    BootContext,
    'name' | 'machine' | 'paths' | 'settings' | 'image' | 'engineSocket' | 'engineWatch'
  > {
  /** The status before the first start: what is known of a machine that may be taken over. */
  readonly initial: MachineStatus;
  /** How long the guest may take to stop its containers and power off. */
  readonly graceMs?: number;
  readonly steps?: readonly BootStepInfo[];
}

/** The state machine over any driver. The supervisor owns the only one of each machine. */
export class Lifecycle {
  readonly events: EventEmitter<{ status: [MachineStatus] }> = new EventEmitter();
  readonly #options: LifecycleOptions;
  #status: MachineStatus;
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
    this.#status = options.initial;
  }

  get status(): MachineStatus {
    return this.#status;
  }

  /** Resolves once the engine answers. Callers at the same time share one start. */
  async start(): Promise<void> {
    await this.#settled();
    if (!this.#run) {
      const { name, driver, cpus, memoryMiB, diskGiB } = this.#status;
      const startedAt = new Date().toISOString();
      this.#status = { name, driver, cpus, memoryMiB, diskGiB, startedAt, state: 'starting' };
      this.#run = this.#begin(() => true);
    }
    await this.#run.started;
  }

  /** Takes over a hypervisor process that an earlier supervisor left. False when there is none. */
  async adopt(): Promise<boolean> {
    const { machine, paths } = this.#options;
    const left = await machine.status();
    if (await settleSuspension(machine, paths)) {
      this.#status = { ...this.#status, state: 'suspended' };
      return false;
    }
    const found = await machine.status();
    if (found.state === 'stopped') {
      // It was there and of no use: the driver has ended it.
      if (left.state === 'running') await this.#crashed(await machine.exited());
      return false;
    }
    const { failure: _, ...last } = this.#status;
    this.#status = { ...last, state: 'starting', pid: found.pid };
    this.#run = this.#begin(isAfterLaunch, machine.exited());
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
    while (this.#run && this.#status.state !== 'running') {
      await this.#run.started;
      await this.#settled();
    }
    if (this.#status.state === 'suspended') return;
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
    if (this.#status.state !== 'suspended') await this.stop();
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
    return this.#status.ports ?? [];
  }

  #onEngine(silentSince: Date | undefined): void {
    const since = this.#status.state === 'running' ? silentSince?.toISOString() : undefined;
    const { engineNotAnsweringSince, ...status } = this.#status;
    if (since === engineNotAnsweringSince) return;
    this.#set({ ...status, ...(since !== undefined && { engineNotAnsweringSince: since }) });
  }

  async #adjust(): Promise<void> {
    const run = this.#run;
    const isUp = () => this.#run === run && this.#status.state === 'running';
    if (!run?.boot.bridge || !isUp()) return;
    const settings = await this.#options.settings();
    if (!isUp() || pendingResources(settings, this.#status).length === 0) return;
    this.#set({ ...this.#status, adjusting: true });
    const { machine } = this.#options;
    const taken = await changeResources(machine, run.boot.bridge, this.#status, settings).catch(
      (error) => {
        log.warn('The resources stay as they are', error);
        return [];
      },
    );
    if (!isUp()) return;
    const { adjusting: _, ...status } = this.#status;
    const applied = { ...status.applied, ...appliedSettings(settings, taken) };
    this.#set({
      ...{ ...status, ...Object.fromEntries(taken.map((key) => [key, settings[key]])) },
      applied,
    });
    await noteApplied(this.#options.paths, applied);
  }

  /** Resolves once the machine is neither being ended nor being suspended. */
  async #settled(): Promise<void> {
    while (this.#ending || this.#suspending) await (this.#ending ?? this.#suspending);
  }

  #begin(needed: (step: BootStep) => boolean, exit?: Promise<MachineExit>): Run {
    const ending = new AbortController();
    const run: Run = { ...this.#attempt(ending), started: Promise.resolve(), ending };
    if (exit) run.exit = exit;
    run.started = this.#passSteps(run, needed);
    // Whoever waits for the start sees the rejection; otherwise the status tells of it.
    seenElsewhere(run.started);
    return run;
  }

  /** A boot that has yet to begin, and what ends it. */
  #attempt(ending: AbortController): Pick<Run, 'controller' | 'boot'> {
    const controller = new AbortController();
    const boot = createBoot({
      ...this.#options,
      ...{ signal: controller.signal, ending: ending.signal },
      onPlan: (plan) => this.#onPlan(plan),
      onSites: (sites) => {
        const { sites: _, ...status } = this.#status;
        this.#set({ ...status, ...(sites && { sites }) });
      },
      onPorts: (ports) => this.#set({ ...this.#status, ports }),
      onFolderProblems: (folderProblems) => this.#set({ ...this.#status, folderProblems }),
      onEngine: (silentSince) => this.#onEngine(silentSince),
      isExpected: () => this.#status.state === 'running',
    });
    return { controller, boot };
  }

  async #passSteps(run: Run, needed: (step: BootStep) => boolean): Promise<void> {
    const { machine, steps = bootSteps } = this.#options;
    for (const info of steps.filter(({ step }) => needed(step))) {
      this.#set({ ...this.#status, step: info.step });
      try {
        await passStep(run, info, this.#status.accelerator === 'tcg');
        if (info.step === 'launch') {
          run.exit = machine.exited();
          const found = await machine.status();
          if (found.state === 'running') this.#set({ ...this.#status, pid: found.pid });
        }
        const { accelerator } = this.#status;
        // What the console of a machine that goes on shows is of the boot before.
        const proof = run.boot.resumes ? 'ssh' : 'kernel';
        if (info.step === proof && accelerator) await machine.noteGuestRuns(accelerator);
      } catch (error) {
        // A machine that was taken over is not started anew by itself.
        if (needed('launch') && (await this.#startsAnew(run, info, error))) {
          return this.#passSteps(run, needed);
        }
        throw await this.#fail(run, info, error);
      }
    }
    const { step: _, ...status } = this.#status;
    this.#set({ ...status, state: 'running' });
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

  /**
   * Tries a failed start again: with a boot when a resumed guest failed, or emulated when the
   * accelerator failed and the settings leave the choice to Berth. Answers whether it does.
   */
  async #startsAnew(run: Run, info: BootStepInfo, error: unknown): Promise<boolean> {
    try {
      return (
        (await this.#turnToBoot(run, info, error)) ||
        (await this.#turnToEmulation(run, info, error))
      );
    } catch (cause) {
      // The start fails for what failed first.
      log.warn('The start cannot be tried again', cause);
      return false;
    }
  }

  /** The saved state is discarded once its guest runs, so a guest that fails then has to boot. */
  async #turnToBoot(run: Run, { step }: BootStepInfo, error: unknown): Promise<boolean> {
    const isBlamed = error instanceof HostError && error.code === 'accelerator-failed';
    if (!run.boot.resumes || step === 'launch' || !isBlamed) return false;
    const startNote = startedAnew(error.message);
    log.info(startNote);
    return this.#tryAgain(run, { startNote });
  }

  async #turnToEmulation(run: Run, info: BootStepInfo, error: unknown): Promise<boolean> {
    const { machine, paths, settings } = this.#options;
    const { accelerator } = this.#status;
    const fault = accelerator && (await acceleratorFaultOf(run.boot, info.step, error, paths));
    if (!fault || run.ending.signal.aborted) return false;
    await machine.noteAcceleratorFault(accelerator, fault);
    const { accelerator: choice } = await settings();
    if (choice !== 'auto' || !(await machine.acceleration(choice)).emulated) return false;
    log.warn(`The start goes on emulated: ${accelerator} failed (${fault.reason})`);
    return this.#tryAgain(run);
  }

  /** Replaces the attempt by a new one. False when the machine is meant to end meanwhile. */
  async #tryAgain(run: Run, note?: Pick<MachineStatus, 'startNote'>): Promise<boolean> {
    await release(run, this.#options.machine);
    // There is nothing left that a new attempt could be ended by.
    if (run.ending.signal.aborted) return false;
    const { pid: _, ...status } = this.#status;
    this.#set({ ...status, ...note });
    delete run.exit;
    Object.assign(run, this.#attempt(run.ending));
    return true;
  }

  async #fail(run: Run, info: BootStepInfo, cause: unknown): Promise<HostError> {
    const { machine, paths } = this.#options;
    const { failure, error } = await endFailedStart({ run, machine, paths, info, cause });
    if (failure) this.#down({ state: 'failed', failure });
    return error;
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
    const { engineNotAnsweringSince: _, ...status } = this.#status;
    this.#set({ ...status, state: 'suspending' });
    try {
      await suspendRun(run, machine, paths);
    } catch (error) {
      // Too late to run on, or meant to end.
      if (run.ending.signal.aborted) await this.#end(() => machine.kill());
      else if (this.#run === run) this.#set({ ...this.#status, state: 'running' });
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
    const isUp = this.#status.state === 'running';
    run.ending.abort();
    const { step: _, engineNotAnsweringSince: __, ...status } = this.#status;
    this.#set({ ...status, state: 'stopping' });
    // A machine that is not up yet has nothing that could be lost. What goes wrong here is made up
    // for by the kill below.
    if (isUp) await log.attempt('Ending the hypervisor', endHypervisor(run), 'warn');
    await release(run, this.#options.machine);
    await Promise.allSettled([run.started]);
  }

  #onPlan({
    settings,
    acceleration: { accelerator, note },
    applied,
    note: startNote,
  }: StartPlan): void {
    const { cpus, memoryMiB, diskGiB } = settings;
    this.#set({
      ...{ ...this.#status, cpus, memoryMiB, diskGiB, accelerator, applied: { ...applied } },
      ...(note && { acceleratorNote: note }),
      ...(startNote && { startNote }),
    });
  }

  #down(end: Pick<MachineStatus, 'state' | 'asleep' | 'failure'>): void {
    this.#run = undefined;
    const { name, driver, cpus, memoryMiB, diskGiB } = this.#status;
    this.#set({ name, driver, cpus, memoryMiB, diskGiB, ...end });
  }

  #set(status: MachineStatus): void {
    this.#status = status;
    this.events.emit('status', status);
  }
}
