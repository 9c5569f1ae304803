import type { HypervisorChoice } from '../../api/settings.ts';
import { HostError } from '../base/errors.ts';
import type { GuestArchitecture } from '../home/resources.ts';
import { findVfkit } from './find-vfkit.ts';

/** The facts about a host that decide which hypervisors it can use. */
export interface HypervisorHost {
  readonly platform: NodeJS.Platform;
  readonly architecture: GuestArchitecture;
  readonly environment: NodeJS.ProcessEnv;
}

/** Why a host can't run VMs with vfkit; undefined if it can. */
export async function vfkitObstacle({
  platform,
  environment,
}: Pick<HypervisorHost, 'platform' | 'environment'>): Promise<HostError | undefined> {
  if (platform !== 'darwin') {
    return new HostError('invalid', 'vfkit runs only on a Mac', {
      hint: 'Set `hypervisor` to "auto" in the settings.',
    });
  }
  try {
    await findVfkit(environment);
    return undefined;
  } catch (error) {
    if (error instanceof HostError && error.code === 'missing-program') return error;
    throw error;
  }
}

/** Whether `auto` takes vfkit if the host has it. On Macs with Intel processors, Berth uses QEMU. */
export const prefersVfkit = ({
  platform,
  architecture,
}: Pick<HypervisorHost, 'platform' | 'architecture'>): boolean =>
  platform === 'darwin' && architecture === 'arm64';

/** Whether vfkit runs VMs that have this setting. */
export async function usesVfkit(choice: HypervisorChoice, host: HypervisorHost): Promise<boolean> {
  if (choice === 'vfkit') return true;
  return choice === 'auto' && prefersVfkit(host) && (await vfkitObstacle(host)) === undefined;
}
