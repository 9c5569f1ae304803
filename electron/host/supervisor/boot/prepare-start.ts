import type { Settings } from '../../../api/settings.ts';
import { writeFileAtomic } from '../../base/atomic-file.ts';
import { HostError, reasonOf } from '../../base/errors.ts';
import { clearConsole } from '../../home/console.ts';
import { dataDiskConfig } from '../../home/data-disk-record.ts';
import type { ImageVersion } from '../../home/image-manifest.ts';
import { type Launch, readLaunch, writeLaunch } from '../../home/launch-record.ts';
import type { MachinePaths } from '../../home/paths.ts';
import { discardSavedState, fittingState, savedLaunch } from '../../home/saved-state.ts';
import type { Acceleration } from '../../hypervisor/acceleration.ts';
import { type AppliedSettings, appliedSettings } from '../../settings/applied.ts';
import { ensureKeys } from '../bridge/keys.ts';
import type { Machine, MachineResources, MachineSpec } from '../machine.ts';
import { guestNetwork } from '../network/guest-network.ts';
import { type PlannedShare, planShares, sharesConfig } from '../shared-folders/plan.ts';
import { writeConfigDisk } from './config-disk.ts';

/** The machine that is to start. */
export interface StartContext {
  readonly name: string;
  readonly machine: Machine;
  readonly paths: MachinePaths;
  readonly settings: () => Promise<Settings>;
  readonly image: () => Promise<ImageVersion>;
  /** Told, before anything is launched, what the machine will be. */
  readonly onPlan: (plan: StartPlan) => void;
  /** Aborts when the machine is to go down again. */
  readonly signal: AbortSignal;
}

/** What a machine is going to be, before anything is launched. */
export interface StartPlan {
  readonly settings: Settings;
  readonly acceleration: Acceleration;
  /** Those that the guest has: older ones where it goes on from what was saved. */
  readonly applied: AppliedSettings;
  /** Why a suspended machine starts anew, for people. */
  readonly note?: string;
}

/** One start, everything on the disk made ready for it. */
export interface PreparedStart {
  readonly spec: MachineSpec;
  readonly acceleration: Acceleration;
  /** The machine goes on from what was saved. */
  readonly resumes: boolean;
  /** Launches the machine; one that is to resume and cannot boots instead. */
  launch(): Promise<void>;
}

/** Decides how the machine starts. What was saved and does not fit is discarded. */
export async function prepareStart(context: StartContext): Promise<PreparedStart> {
  const { machine, paths } = context;
  const [settings, features] = await Promise.all([context.settings(), machine.features()]);
  const acceleration = await machine.acceleration(settings.accelerator);
  const shares = await planShares(settings.sharedFolders, features.sharing);
  const spec: MachineSpec = { ...settings, shares, accelerator: acceleration.accelerator };
  const { id } = await context.image();
  const launch: Launch = {
    fingerprint: await machine.fingerprint(spec),
    ...(id && { image: id }),
    applied: { ...appliedSettings(settings) },
    booted: { cpus: spec.cpus, memoryMiB: spec.memoryMiB },
    sharing: features.sharing,
  };
  const resumed = { ...spec, ...bootedResources(settings, await savedLaunch(paths)) };
  const resumable = { ...launch, fingerprint: await machine.fingerprint(resumed) };
  const readyForBoot = async (misfit?: string) => {
    const note = misfit && startedAnew(misfit);
    context.onPlan({ settings, acceleration, applied: launch.applied, ...(note && { note }) });
    await writeFiles(context, settings, shares);
    await machine.create(spec);
    await clearConsole(paths.console);
  };

  const { state, misfit } = await fittingState(paths, resumable);
  if (state) context.onPlan({ settings, acceleration, applied: state.launch.applied });
  else await readyForBoot(misfit);
  let resumes = state !== undefined;
  return {
    ...{ spec, acceleration },
    get resumes() {
      return resumes;
    },
    async launch() {
      if (resumes) {
        const obstacle = await resume(context, resumed);
        if (obstacle === undefined) return;
        resumes = false;
        await readyForBoot(obstacle);
      }
      await writeLaunch(paths, launch);
      await machine.start(spec);
    },
  };
}

/** For people: why a suspended machine boots. */
export const startedAnew = (why: string): string =>
  `The suspended machine could not go on, and started anew: ${why}`;

/** What the saved machine was booted with, of what it has by now as the settings say. */
function bootedResources(settings: Settings, saved: Launch | undefined): Partial<MachineResources> {
  const { booted, applied } = saved ?? {};
  if (!booted || !applied) return {};
  const has = (key: keyof typeof booted) => applied[key] === appliedSettings(settings, [key])[key];
  return {
    ...(has('cpus') && { cpus: booted.cpus }),
    ...(has('memoryMiB') && { memoryMiB: booted.memoryMiB }),
  };
}

/** Resumes the saved guest. Answers why it can't go on, once the saved state is discarded. */
async function resume(
  { machine, paths, signal }: StartContext,
  spec: MachineSpec,
): Promise<string | undefined> {
  try {
    await machine.restore(spec);
  } catch (error) {
    if (signal.aborted || !(error instanceof HostError && error.code === 'invalid')) throw error;
    await machine.kill();
    await discardSavedState(paths);
    return error.message;
  }
  signal.throwIfAborted();
  // Before it runs on: see saved-state.ts.
  await discardSavedState(paths);
  try {
    await machine.proceed();
    return undefined;
  } catch (error) {
    if (signal.aborted) throw error;
    await machine.kill();
    // The hypervisor's own words, if it had gone by then.
    const { reason, fault } = await machine.exited();
    return fault === 'killed' ? reasonOf(error) : reason;
  }
}

/** Also for a machine that was taken over: nothing was prepared for it. */
export async function plannedShares({
  settings,
  machine,
  paths,
}: Pick<StartContext, 'settings' | 'machine' | 'paths'>): Promise<PlannedShare[]> {
  const { sharedFolders } = await settings();
  // As it was launched: the hypervisor's program may be another by now, or just being replaced.
  const launch = await readLaunch(paths);
  return planShares(sharedFolders, launch?.sharing ?? (await machine.features()).sharing);
}

async function writeFiles(
  { name, paths }: StartContext,
  settings: Settings,
  shares: readonly PlannedShare[],
): Promise<void> {
  const keys = await ensureKeys(paths);
  await writeFileAtomic(paths.knownHosts, `berth ${keys.guestHost.publicKey}\n`);
  await writeConfigDisk(paths.configDisk, {
    version: 1 as const,
    hostname: `berth-${name}`,
    ssh: { authorizedKeys: [keys.client.publicKey], hostKey: keys.guestHost.privateKey },
    ...(await guestNetwork(settings)),
    dataDisk: await dataDiskConfig(paths),
    shares: sharesConfig(shares),
  });
}
