import type { Settings } from '../../api/settings.ts';
import { HostError } from '../base/errors.ts';
import type { GuestArchitecture } from '../home/resources.ts';
import { findVfkit, type Vfkit } from './find-vfkit.ts';

/** The facts about a host that decide which hypervisors it can use. */
export interface HypervisorHost {
  readonly platform: NodeJS.Platform;
  readonly architecture: GuestArchitecture;
  readonly environment: NodeJS.ProcessEnv;
}

/** Why a host can't run VMs with vfkit; undefined if it can. `find` may remember the answer. */
export async function vfkitObstacle(
  { platform, environment }: Pick<HypervisorHost, 'platform' | 'environment'>,
  find: () => Promise<Vfkit> = () => findVfkit(environment),
): Promise<HostError | undefined> {
  if (platform !== 'darwin') {
    return new HostError('invalid', 'vfkit runs only on a Mac', {
      hint: 'Set `hypervisor` to "auto" in the settings.',
    });
  }
  try {
    await find();
    return undefined;
  } catch (error) {
    if (error instanceof HostError && error.code === 'missing-program') return error;
    throw error;
  }
}

/**
 * Whether `auto` takes vfkit if the host has it. On Macs with Intel processors, Berth uses QEMU, and
 * only QEMU can emulate the processor.
 */
export const prefersVfkit = (
  { platform, architecture }: Pick<HypervisorHost, 'platform' | 'architecture'>,
  accelerator: Settings['accelerator'],
): boolean => platform === 'darwin' && architecture === 'arm64' && accelerator !== 'emulation';

/** Whether vfkit runs VMs that have these settings. */
export async function usesVfkit(
  { hypervisor, accelerator }: Pick<Settings, 'hypervisor' | 'accelerator'>,
  host: HypervisorHost,
  find?: () => Promise<Vfkit>,
): Promise<boolean> {
  if (hypervisor === 'vfkit') return true;
  if (hypervisor !== 'auto' || !prefersVfkit(host, accelerator)) return false;
  return (await vfkitObstacle(host, find)) === undefined;
}
