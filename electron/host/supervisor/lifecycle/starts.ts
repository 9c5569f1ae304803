import type { BootStep, MachineStatus } from '../../../api/machine.ts';
import { awaitedElsewhere } from '../../base/awaited-elsewhere.ts';
import { HostError } from '../../base/errors.ts';
import { loggerOf } from '../../base/log.ts';
import { type BootContext, createBoot } from '../boot/boot.ts';
import { type BootStepInfo, bootSteps } from '../boot/boot-steps.ts';
import { startedAnew } from '../boot/prepare-start.ts';
import type { MachineExit } from '../machine.ts';
import { acceleratorFaultOf } from './accelerator-fault.ts';
import { passStep } from './pass-step.ts';
import type { PublishedStatus } from './published-status.ts';
import { type Run, release } from './run.ts';
import { endFailedStart } from './start-failure.ts';

const log = loggerOf('lifecycle');

export interface StartsOptions
  extends Pick<
    BootContext,
    'name' | 'machine' | 'paths' | 'settings' | 'image' | 'engineSocket' | 'engineWatch'
  > {
  readonly steps?: readonly BootStepInfo[];
}

/** How a start ended. */
interface StartEnds {
  readonly onUp: (run: Run) => void;
  readonly onDown: (end: Pick<MachineStatus, 'state' | 'failure'>) => void;
}

/** Starts a machine step by step, and tries again where another way may work. */
export class Starts {
  readonly #options: StartsOptions;
  readonly #status: PublishedStatus;
  readonly #ends: StartEnds;

  constructor(options: StartsOptions, status: PublishedStatus, ends: StartEnds) {
    this.#options = options;
    this.#status = status;
    this.#ends = ends;
  }

  /** Begins a start that passes the steps that are `needed`. `exit` is of a machine that runs. */
  begin(needed: (step: BootStep) => boolean, exit?: Promise<MachineExit>): Run {
    const ending = new AbortController();
    const run: Run = { ...this.#attempt(ending), started: Promise.resolve(), ending };
    if (exit) run.exit = exit;
    run.started = this.#passSteps(run, needed);
    // Whoever waits for the start sees the rejection; the status shows it to all others.
    awaitedElsewhere(run.started);
    return run;
  }

  /** A boot that has yet to begin, and what ends it. */
  #attempt(ending: AbortController): Pick<Run, 'controller' | 'boot'> {
    const controller = new AbortController();
    const status = this.#status;
    const boot = createBoot({
      ...this.#options,
      ...{ signal: controller.signal, ending: ending.signal },
      onPlan: (plan) => status.showPlan(plan),
      onDomains: (domains) => status.replace('domains', domains),
      onPorts: (ports) => status.change({ ports }),
      onFolderProblems: (folderProblems) => status.change({ folderProblems }),
      onEngine: (silentSince) => status.showSilence(silentSince),
      isExpected: () => status.now.state === 'running',
    });
    return { controller, boot };
  }

  async #passSteps(run: Run, needed: (step: BootStep) => boolean): Promise<void> {
    const { steps = bootSteps } = this.#options;
    for (const info of steps.filter(({ step }) => needed(step))) {
      this.#status.change({ step: info.step });
      try {
        await this.#passStep(run, info);
      } catch (error) {
        // A machine that was taken over isn't started again.
        if (needed('launch') && (await this.#startsAnew(run, info, error))) {
          return this.#passSteps(run, needed);
        }
        throw await this.#fail(run, info, error);
      }
    }
    const { step: _, ...status } = this.#status.now;
    this.#status.set({ ...status, state: 'running' });
    this.#ends.onUp(run);
  }

  async #passStep(run: Run, info: BootStepInfo): Promise<void> {
    const { machine } = this.#options;
    await passStep(run, info, this.#status.now.accelerator === 'tcg');
    if (info.step === 'launch') {
      run.exit = machine.exited();
      const found = await machine.status();
      if (found.state === 'running') this.#status.change({ pid: found.pid });
    }
    const { accelerator } = this.#status.now;
    // The console of a resumed machine still shows the boot before.
    const proof = run.boot.resumes ? 'ssh' : 'kernel';
    if (info.step === proof && accelerator) await machine.noteGuestRuns(accelerator);
  }

  /**
   * Tries a failed start again: with a boot when a resumed guest failed, or emulated when the
   * accelerator failed and the settings leave the choice to Berth. Returns whether it does.
   */
  async #startsAnew(run: Run, info: BootStepInfo, error: unknown): Promise<boolean> {
    try {
      return (
        (await this.#turnToBoot(run, info, error)) ||
        (await this.#turnToEmulation(run, info, error))
      );
    } catch (cause) {
      // The start's error is the first failure.
      log.warn('The start cannot be tried again', cause);
      return false;
    }
  }

  /** The saved state is discarded once its guest runs, so a guest that fails then has to boot. */
  async #turnToBoot(run: Run, { step }: BootStepInfo, error: unknown): Promise<boolean> {
    const isBlamed = error instanceof HostError && error.code === 'accelerator-failed';
    if (!run.boot.resumes || step === 'launch' || !isBlamed) return false;
    const startNote = startedAnew(error.message);
    log.warn(startNote);
    return this.#tryAgain(run, { startNote });
  }

  async #turnToEmulation(run: Run, info: BootStepInfo, error: unknown): Promise<boolean> {
    const { machine, paths, settings } = this.#options;
    const { accelerator } = this.#status.now;
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
    // Nothing is left that could end a new attempt.
    if (run.ending.signal.aborted) return false;
    const { pid: _, ...status } = this.#status.now;
    this.#status.set({ ...status, ...note });
    delete run.exit;
    Object.assign(run, this.#attempt(run.ending));
    return true;
  }

  async #fail(run: Run, info: BootStepInfo, cause: unknown): Promise<HostError> {
    const { machine, paths } = this.#options;
    const { failure, error } = await endFailedStart({ run, machine, paths, info, cause });
    if (failure) this.#ends.onDown({ state: 'failed', failure });
    return error;
  }
}
