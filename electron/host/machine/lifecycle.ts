import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { guestPaths } from '../../../guest-agent/contract/paths.ts';
import type { BootStep, MachineFailure, MachineStatus } from '../../api/machine.ts';
import type { PublishedPort } from '../../api/ports.ts';
import type { Settings } from '../../api/settings.ts';
import { exec } from '../bridge/channels.ts';
import type { Bridge } from '../bridge/connection.ts';
import type { SwitchedSocket } from '../bridge/switched-socket.ts';
import { HostError } from '../errors.ts';
import { appliedSettings } from '../settings/applied.ts';
import { type Boot, createBoot } from './boot.ts';
import {
  type BootStepInfo,
  bootSteps,
  emulatedFactor,
  isAfterLaunch,
  upgradeFactor,
} from './boot-steps.ts';
import { consoleTail } from './console.ts';
import { engineLogTail } from './guest-link.ts';
import type { ImageVersion } from './image-manifest.ts';
import type { Machine, MachineExit, MachineFeatures } from './machine.ts';
import type { MachinePaths } from './paths.ts';

export interface LifecycleOptions {
  readonly name: string;
  readonly machine: Machine;
  readonly paths: MachinePaths;
  /** The engine's, on the host. */
  readonly engineSocket: SwitchedSocket;
  /** Read anew for each start. */
  readonly settings: () => Promise<Settings>;
  /** What the image that is booted will make of the data disk. */
  readonly image: () => Promise<ImageVersion>;
  /** The status before the first start: what is known of a machine that may be taken over. */
  readonly initial: MachineStatus;
  /** How long the guest may take to stop its containers and power off. */
  readonly graceMs?: number;
  readonly steps?: readonly BootStepInfo[];
}

/** From one start, or one take-over, to its end. */
interface Run {
  readonly controller: AbortController;
  readonly boot: Boot;
  /** Rejects with HostError: 'machine-failed', or 'cancelled' when the machine is stopped. */
  started: Promise<void>;
  exit?: Promise<MachineExit>;
  /** The step under way; settles soon after the controller aborts. */
  action?: Promise<void>;
  /** Aborted once the machine is meant to go down: its end is no failure. */
  readonly ending: AbortController;
}

const failureConsoleLines = 25;
const defaultGraceMs = 40_000;
/** How long a step that was cut off may take to give up. */
const settleMs = 20_000;

/** The state machine over any driver. The supervisor owns the only one of each machine. */
export class Lifecycle {
  readonly events: EventEmitter<{ status: [MachineStatus] }> = new EventEmitter();
  readonly #options: LifecycleOptions;
  #status: MachineStatus;
  #run: Run | undefined;
  #ending: Promise<void> | undefined;
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
    while (this.#ending) await this.#ending;
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
    const found = await this.#options.machine.status();
    if (found.state === 'stopped') return false;
    const { failure: _, ...last } = this.#status;
    this.#status = { ...last, state: 'starting', pid: found.pid };
    this.#run = this.#begin(isAfterLaunch, this.#options.machine.exited());
    return true;
  }

  /** Asks the guest to power off, and ends the hypervisor when that takes too long. Idempotent. */
  stop(): Promise<void> {
    this.#resting = false;
    return this.#end((run) => this.#endInOrder(run));
  }

  /** The same, for a machine that is meant to start again when somebody needs it. */
  async rest(): Promise<void> {
    // One that is being stopped, or was, is not to wake.
    if (this.#ending || !this.#run) return;
    this.#resting = true;
    return this.#end((run) => this.#endInOrder(run));
  }

  /** Ends the hypervisor at once, also while `stop` is still waiting for the guest. */
  async kill(): Promise<void> {
    this.#resting = false;
    const kill = () => this.#options.machine.kill();
    if (this.#ending) await kill();
    await this.#end(kill);
  }

  /** The containers' ports on this computer, none missing that is published by now. */
  async publishedPorts(): Promise<PublishedPort[]> {
    await this.#run?.boot.ports?.refresh();
    return this.#status.ports ?? [];
  }

  #begin(needed: (step: BootStep) => boolean, exit?: Promise<MachineExit>): Run {
    const controller = new AbortController();
    const ending = new AbortController();
    const boot = createBoot({
      ...this.#options,
      ...{ signal: controller.signal, ending: ending.signal },
      onPlan: (settings, features) => this.#onPlan(settings, features),
      onPorts: (ports) => this.#set({ ...this.#status, ports }),
      onFolderProblems: (folderProblems) => this.#set({ ...this.#status, folderProblems }),
    });
    const run: Run = { controller, boot, started: Promise.resolve(), ending };
    if (exit) run.exit = exit;
    run.started = this.#passSteps(run, needed);
    // Whoever waits for the start sees the rejection; otherwise the status tells of it.
    run.started.catch(() => {});
    return run;
  }

  async #passSteps(run: Run, needed: (step: BootStep) => boolean): Promise<void> {
    const { machine, steps = bootSteps } = this.#options;
    for (const info of steps.filter(({ step }) => needed(step))) {
      this.#set({ ...this.#status, step: info.step });
      try {
        await this.#pass(run, info);
        if (info.step === 'launch') {
          run.exit = machine.exited();
          const found = await machine.status();
          if (found.state === 'running') this.#set({ ...this.#status, pid: found.pid });
        }
      } catch (error) {
        throw await this.#fail(run, info, error);
      }
    }
    const { step: _, ...status } = this.#status;
    this.#set({ ...status, state: 'running' });
    run.exit?.then((exit) => this.#onExit(run, exit));
  }

  /** One step, bounded by its deadline, by the hypervisor's end and by `stop`. */
  async #pass(run: Run, { step, deadlineMs }: BootStepInfo): Promise<void> {
    run.controller.signal.throwIfAborted();
    const factor =
      (this.#status.accelerator === 'tcg' ? emulatedFactor : 1) *
      (step === 'engine' && run.boot.dataDisk.upgrading ? upgradeFactor : 1);
    const deadline = AbortSignal.timeout(deadlineMs * factor);
    const limit = AbortSignal.any([run.controller.signal, deadline]);
    const bounds = [
      new Promise<never>((_, reject) => {
        limit.addEventListener('abort', () => {
          const seconds = (deadlineMs * factor) / 1000;
          reject(deadline.aborted ? new Error(`it took longer than ${seconds} s`) : limit.reason);
        });
      }),
      ...(run.exit ? [run.exit.then(({ reason }) => Promise.reject(endedEarly(reason)))] : []),
    ];
    run.action = run.boot.steps[step]();
    await Promise.race([...bounds, run.action]);
  }

  async #fail(run: Run, { step, description, hint }: BootStepInfo, cause: unknown) {
    const { bridge } = run.boot;
    const engineLog = step === 'engine' && bridge ? await engineLogTail(bridge) : [];
    // What failed first is what is told; `stop` tries once more to end what is left.
    await this.#release(run).catch(() => {});
    if (run.ending.signal.aborted) {
      return new HostError('cancelled', 'The machine was stopped before it was up', { cause });
    }
    const rolledBack = await run.boot.dataDisk.rollBack().catch(reasonOf);
    const failure: MachineFailure = {
      step,
      message: `${description} failed: ${reasonOf(cause)}${rollBackWords(rolledBack)}`,
      hint: (cause instanceof HostError && cause.hint) || hint,
      console: [
        // Until it is cleared, the console's file is that of the boot before.
        ...(step === 'prepare' ? [] : await this.#consoleTail()),
        ...engineLog.map((line) => `engine: ${line}`),
      ],
    };
    this.#down({ state: 'failed', failure });
    return new HostError(
      'machine-failed',
      `The machine did not start (step ${step}). ${failure.message}`,
      {
        ...(failure.hint && { hint: failure.hint }),
        console: failure.console,
        cause,
      },
    );
  }

  /** The hypervisor has gone while the machine was running. */
  async #onExit(run: Run, exit: MachineExit): Promise<void> {
    if (run.ending.signal.aborted) return;
    await this.#release(run);
    if (run.ending.signal.aborted) return;
    if (exit.orderly) return this.#down({ state: 'stopped' });
    const failure = {
      message: `The machine crashed: ${exit.reason}`,
      hint: 'Start it again; what containers had written to disk is kept.',
      console: await this.#consoleTail(),
    };
    this.#down({ state: 'failed', failure });
  }

  #end(endHypervisor: (run: Run) => Promise<void>): Promise<void> {
    const end = async () => {
      try {
        if (this.#run) await this.#endRun(this.#run, endHypervisor);
        // An attempt before this one may have left it behind.
        else await this.#options.machine.kill();
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
    const { step: _, ...status } = this.#status;
    this.#set({ ...status, state: 'stopping' });
    // A machine that is not up yet has nothing that could be lost. What goes wrong here is made up
    // for by the kill below.
    if (isUp) await endHypervisor(run).catch(() => {});
    await this.#release(run);
    await run.started.catch(() => {});
  }

  async #endInOrder(run: Run): Promise<void> {
    if (run.boot.bridge) await this.#powerOff(run, run.boot.bridge);
    await this.#options.machine.stop();
  }

  async #powerOff(run: Run, bridge: Bridge): Promise<void> {
    const grace = sleep(this.#options.graceMs ?? defaultGraceMs, undefined, { ref: false });
    // Without a connection, or without the command, there is nothing to wait for.
    const refused = exec(bridge, guestPaths.powerOff).then(
      ({ code }) => (code === 0 || code === null ? grace : undefined),
      () => undefined,
    );
    await Promise.race([run.exit, refused, grace]);
  }

  /** Ends all that a run has made on this side, and a hypervisor that is still there. */
  async #release(run: Run): Promise<void> {
    run.controller.abort(new HostError('cancelled', 'The machine is going down'));
    // A launch that is cut off must not leave its process behind.
    await Promise.race([run.action?.catch(() => {}), sleep(settleMs, undefined, { ref: false })]);
    await this.#options.machine.kill();
    await run.boot.ended;
  }

  #consoleTail(): Promise<string[]> {
    return consoleTail(this.#options.paths.console, failureConsoleLines);
  }

  #onPlan(settings: Settings, { accelerator, note }: MachineFeatures): void {
    const { cpus, memoryMiB, diskGiB } = settings;
    this.#set({
      ...{ ...this.#status, cpus, memoryMiB, diskGiB, accelerator },
      ...(note && { acceleratorNote: note }),
      applied: appliedSettings(settings),
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

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** What became of a data disk whose format was to change; a text says why it was not put back. */
function rollBackWords(rolledBack: boolean | string): string {
  if (rolledBack === true) return '. The data disk is again as it was before this upgrade';
  return rolledBack ? `. The data disk could not be put back: ${rolledBack}` : '';
}

/** The hypervisor has gone before the machine was up. */
function endedEarly(reason: string): HostError {
  return new HostError('machine-failed', reason, {
    hint: 'It ended by itself; the last lines of its console may say why. Start it again.',
  });
}
