import type { BootStep, MachineStatus } from '../../../api/machine.ts';
import { awaitedElsewhere } from '../../base/awaited-elsewhere.ts';
import { HostError, reasonOf } from '../../base/errors.ts';
import { loggerOf } from '../../base/log.ts';
import { readDataDiskRecord } from '../../home/data-disk-record.ts';
import { type BootContext, createBoot } from '../boot/boot.ts';
import type { BootImages } from '../boot/boot-images.ts';
import { type BootStepInfo, bootSteps, isAfterLaunch } from '../boot/boot-steps.ts';
import { bootedImage } from '../boot/booted-image.ts';
import { startedAnew } from '../boot/prepare-start.ts';
import { HypervisorEnded } from '../hypervisor-ended.ts';
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
    | 'name'
    | 'machine'
    | 'paths'
    | 'settings'
    | 'image'
    | 'engineSocket'
    | 'kubeSocket'
    | 'engineWatch'
  > {
  readonly steps?: readonly BootStepInfo[];
  /** Without these, a start can't turn to another image. */
  readonly images?: Pick<BootImages, 'choose' | 'noteWorks' | 'reject' | 'acceptRejected'>;
}

/** Called with the result of a failed start. */
interface StartEnds {
  readonly onUp: (run: Run) => void;
  readonly onDown: (end: Pick<MachineStatus, 'state' | 'failure'>) => void;
}

/** Starts a VM step by step, and retries if another way may work. */
export class Starts {
  readonly #options: StartsOptions;
  readonly #status: PublishedStatus;
  readonly #ends: StartEnds;

  constructor(options: StartsOptions, status: PublishedStatus, ends: StartEnds) {
    this.#options = options;
    this.#status = status;
    this.#ends = ends;
  }

  /** Begins a start of the steps in `needed`. `exit` belongs to a running VM. */
  begin(needed: (step: BootStep) => boolean, exit?: Promise<MachineExit>): Run {
    const ending = new AbortController();
    const run: Run = {
      ...this.#attempt(ending, exit !== undefined),
      started: Promise.resolve(),
      ending,
    };
    if (exit) run.exit = exit;
    run.started = this.#passSteps(run, needed);
    // Callers that wait for the start get the rejection; the status shows it to everyone else.
    awaitedElsewhere(run.started);
    return run;
  }

  /** A boot that hasn't begun, and its controller. A taken-over VM already has its image. */
  #attempt(ending: AbortController, isTakenOver = false): Pick<Run, 'controller' | 'boot'> {
    const controller = new AbortController();
    const status = this.#status;
    const { images, paths } = this.#options;
    const boot = createBoot({
      ...this.#options,
      ...(images && { chooseImage: () => images.choose() }),
      ...(isTakenOver && { image: () => bootedImage(paths) }),
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
        // A taken-over VM isn't started again.
        if (needed('launch') && (await this.#startsAnew(run, info, error))) {
          return this.#passSteps(run, needed);
        }
        throw await this.#fail(run, info, error);
      }
    }
    if (needed('launch')) await this.#options.images?.noteWorks();
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
    // A resumed VM's console still shows its original boot.
    const proof = run.boot.resumes ? 'ssh' : 'kernel';
    if (info.step === proof && accelerator) await machine.noteGuestRuns(accelerator);
  }

  /**
   * Retries a failed start: with a boot if resuming failed, with emulation if the accelerator failed
   * and the settings let Berth choose, or with the previous image if a new image failed. Returns
   * whether it retries.
   */
  async #startsAnew(run: Run, info: BootStepInfo, error: unknown): Promise<boolean> {
    try {
      return (
        (await this.#turnToBoot(run, info, error)) ||
        (await this.#turnToEmulation(run, info, error)) ||
        (await this.#turnToOlderImage(run, info, error))
      );
    } catch (cause) {
      // Report the first failure.
      log.warn('Retrying the start', cause);
      return false;
    }
  }

  /** The saved state was discarded when its VM began to run, so a VM that fails then must boot. */
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
    log.warn(`Continuing with emulation: ${accelerator} failed (${fault.reason})`);
    return this.#tryAgain(run);
  }

  /** A new image that doesn't boot isn't used again. */
  async #turnToOlderImage(run: Run, { step, description }: BootStepInfo, error: unknown) {
    const { images, machine, paths } = this.#options;
    const isBlamed = blamesImage(step, error);
    if (!images || !isBlamed || run.boot.resumes || run.ending.signal.aborted) return false;
    // During an upgrade, the record still has the old format, to which the disk goes back.
    const { format, blank } = await readDataDiskRecord(paths);
    const reason = `${description} failed: ${reasonOf(error)}`;
    const imageNote = await images.reject(reason, blank ? undefined : format);
    if (imageNote === undefined) return false;
    log.warn(imageNote);
    // The new image's engine may have begun to change the format of the data disk.
    await release(run, machine);
    await run.boot.dataDisk.rollBack();
    return this.#tryAgain(run, { imageNote });
  }

  /** Replaces the attempt by a new one. False if the VM is meant to stop meanwhile. */
  async #tryAgain(
    run: Run,
    note?: Pick<MachineStatus, 'startNote' | 'imageNote'>,
  ): Promise<boolean> {
    await release(run, this.#options.machine);
    // Nothing could end a new attempt any more.
    if (run.ending.signal.aborted) return false;
    const { pid: _, ...status } = this.#status.now;
    this.#status.set({ ...status, ...note });
    delete run.exit;
    Object.assign(run, this.#attempt(run.ending));
    return true;
  }

  async #fail(run: Run, info: BootStepInfo, cause: unknown): Promise<HostError> {
    const { images, machine, paths } = this.#options;
    const { failure, error } = await endFailedStart({ run, machine, paths, info, cause });
    if (failure) await images?.acceptRejected();
    if (failure) this.#ends.onDown({ state: 'failed', failure });
    return error;
  }
}

/** Whether a start may have failed because of its image. */
function blamesImage(step: BootStep, error: unknown): boolean {
  const code = error instanceof HostError ? error.code : undefined;
  // Any other image would fail too.
  if (code === 'accelerator-failed') return false;
  if (error instanceof HypervisorEnded && error.exit.fault === 'killed') return false;
  // A launch also fails if a program is missing.
  return isAfterLaunch(step) || (step === 'launch' && code === 'machine-failed');
}
