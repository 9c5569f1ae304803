import { HostError } from '../../base/errors.ts';
import { findVfkit } from '../../hypervisor/find-vfkit.ts';

interface CheckedHost {
  readonly platform: NodeJS.Platform;
  readonly environment: NodeJS.ProcessEnv;
}

/** Why a host can't run VMs with vfkit; undefined if it can. */
export async function vfkitObstacle({
  platform,
  environment,
}: CheckedHost): Promise<HostError | undefined> {
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
