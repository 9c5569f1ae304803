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

/** The VM to start. */
export interface StartContext {
  readonly name: string;
  readonly machine: Machine;
  readonly paths: MachinePaths;
  readonly settings: () => Promise<Settings>;
  readonly image: () => Promise<ImageVersion>;
  /** Receives the plan before anything is launched. */
  readonly onPlan: (plan: StartPlan) => void;
  /** Aborts when the VM should stop again. */
  readonly signal: AbortSignal;
}

/** The plan of a VM, before anything is launched. */
export interface StartPlan {
  readonly settings: Settings;
  readonly acceleration: Acceleration;
  /** The settings the VM has: the saved ones if it resumes. */
  readonly applied: AppliedSettings;
  /** Why a suspended VM couldn't resume, for the user. */
  readonly note?: string;
}

/** A prepared start. */
export interface PreparedStart {
  readonly spec: MachineSpec;
  readonly acceleration: Acceleration;
  /** Whether the VM resumes from a saved state. */
  readonly resumes: boolean;
  /** Launches the VM; boots it if it can't resume. */
  launch(): Promise<void>;
}

/** Decides how the VM starts. Discards a saved state that doesn't match. */
export async function prepareStart(context: StartContext): Promise<PreparedStart> {
  const { machine, paths } = context;
  const [settings, features] = await Promise.all([context.settings(), machine.features()]);
  const acceleration = await machine.acceleration(settings.accelerator);
  const shares = await planShares(settings.sharedFolders, features.sharing);
  const spec: MachineSpec = { ...settings, shares, accelerator: acceleration.accelerator };
  const { id } = await context.image();
  const launch: Launch = {
    driver: machine.driver,
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

/** The notice for a suspended VM that boots. */
export const startedAnew = (why: string): string =>
  `Berth couldn't resume the suspended VM and booted it instead: ${why}`;

/**
 * The resources that the saved VM was booted with, for those of `booted` that differ from the
 * settings.
 */
function bootedResources(settings: Settings, saved: Launch | undefined): Partial<MachineResources> {
  const { booted, applied } = saved ?? {};
  if (!booted || !applied) return {};
  const has = (key: keyof typeof booted) => applied[key] === appliedSettings(settings, [key])[key];
  return {
    ...(has('cpus') && { cpus: booted.cpus }),
    ...(has('memoryMiB') && { memoryMiB: booted.memoryMiB }),
  };
}

/** Resumes the saved VM. Returns why it can't resume, after discarding the saved state. */
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
  // Before the VM runs: see saved-state.ts.
  await discardSavedState(paths);
  try {
    await machine.proceed();
    return undefined;
  } catch (error) {
    if (signal.aborted) throw error;
    await machine.kill();
    // The hypervisor's own words, if it had exited by then.
    const { reason, fault } = await machine.exited();
    return fault === 'killed' ? reasonOf(error) : reason;
  }
}

/** Also for a taken-over VM, for which nothing was prepared. */
export async function plannedShares({
  settings,
  machine,
  paths,
}: Pick<StartContext, 'settings' | 'machine' | 'paths'>): Promise<PlannedShare[]> {
  const { sharedFolders } = await settings();
  // As recorded at the launch: the hypervisor's program may since have been replaced.
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
    host: { access: settings.hostAccess },
    ports: { hostIp: settings.publishedPorts === 'localhost' ? '127.0.0.1' : '' },
    dataDisk: await dataDiskConfig(paths),
    shares: await sharesConfig(shares, paths.engineSocket),
  });
}
