import * as z from 'zod';
import { HostError, reasonOf } from '../../base/errors.ts';
import type { PowerShell } from './powershell.ts';

const probeSchema = z.object({
  /** The Hyper-V cmdlets are installed. */
  module: z.boolean(),
  /** The state of the service that owns the VMs, or `missing`. */
  service: z.string(),
  elevated: z.boolean(),
  /** The user is in the group Hyper-V Administrators. */
  member: z.boolean(),
  /** Windows' edition, such as `Professional` or `Core` (Home). */
  edition: z.string(),
});
type Probe = z.infer<typeof probeSchema>;

const withQemu = 'Or set `hypervisor` to "qemu" in the settings.';

/** How long a usable Hyper-V counts as usable: one start asks several times. */
const keptMs = 60_000;
/** When Hyper-V was last found usable. */
const usable = new WeakMap<PowerShell, number>();

/** Why this PC's Hyper-V can't run VMs for this user; undefined if it can. */
export async function hypervObstacle(powershell: PowerShell): Promise<HostError | undefined> {
  if (performance.now() - (usable.get(powershell) ?? -Infinity) < keptMs) return undefined;
  try {
    const found = obstacleOf(await powershell.call('probe', {}, probeSchema, 30_000));
    if (!found) usable.set(powershell, performance.now());
    return found;
  } catch (cause) {
    return new HostError('missing-program', `Can't ask for Hyper-V: ${reasonOf(cause)}`, {
      hint: 'Check that Windows PowerShell works. Or set `hypervisor` to "qemu" in the settings.',
      cause,
    });
  }
}

/** Home editions have no Hyper-V cmdlets: `Core`, `CoreN`, `CoreSingleLanguage` and others. */
const isHome = (edition: string) => edition.startsWith('Core');

function obstacleOf(probe: Probe): HostError | undefined {
  const missing = (message: string, hint: string) =>
    new HostError('missing-program', message, { hint });
  if (!probe.module || probe.service === 'missing') {
    if (isHome(probe.edition)) {
      return missing(
        "Windows Home doesn't have Hyper-V",
        'Set `hypervisor` to "qemu" in the settings. QEMU uses the Windows Hypervisor Platform, which Windows Home has.',
      );
    }
    return missing(
      "Hyper-V isn't installed",
      `In "Turn Windows features on or off", turn on Hyper-V, then restart your PC. ${withQemu}`,
    );
  }
  if (probe.service !== 'Running') {
    return missing(
      "Hyper-V's service isn't running",
      `Start the service "Hyper-V Virtual Machine Management". ${withQemu}`,
    );
  }
  if (!probe.elevated && !probe.member) {
    return missing(
      "You aren't allowed to use Hyper-V",
      `Ask an administrator to add you to the group "Hyper-V Administrators" (S-1-5-32-578), then sign out of Windows and in again. ${withQemu}`,
    );
  }
  return undefined;
}
