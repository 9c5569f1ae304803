import { readFile } from 'node:fs/promises';
import { isIPv4 } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { HostError } from '../../base/errors.ts';
import { loggerOf } from '../../base/log.ts';
import { consoleTail } from '../../home/console.ts';
import { milestones } from '../boot/boot-steps.ts';
import { leasedAddress } from './leases.ts';

const log = loggerOf('vfkit');

/** How long the VM may take to get an address once it is asked for. */
const addressTimeoutMs = 15_000;
/** More lines than a console file keeps. */
const allLines = 10_000;

interface AddressSources {
  readonly console: string;
  /** The host's leases; see `leases.ts`. */
  readonly leases: string;
  readonly mac: string;
}

/**
 * The VM's IPv4 address in macOS's NAT network: the last one that the VM reported on its console,
 * otherwise the one that the host's DHCP server leased to it. The console comes first, because an old
 * lease may be of another network, for example from before the user started a VPN.
 */
export async function guestAddress(
  { console, leases, mac }: AddressSources,
  timeoutMs = addressTimeoutMs,
): Promise<string> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const reported = (await consoleTail(console, allLines)).flatMap(reportedAddress).at(-1);
    if (reported) return reported;
    const known = await log.attempt('Reading the DHCP leases', readFile(leases, 'utf8'));
    const leased = leasedAddress(known ?? '', mac);
    if (leased) return leased;
    if (Date.now() > deadline) {
      throw new HostError('machine-failed', "The VM didn't get an address from macOS", {
        hint: 'Security software or a firewall may block DHCP for VMs (bootpd). Allow it, or set `hypervisor` to "qemu" in the settings.',
      });
    }
    await sleep(100);
  }
}

/** From a line such as `berth: network up 192.168.64.2`. */
function reportedAddress(line: string): string[] {
  const beginning = `${milestones.network} `;
  const address = line.slice(beginning.length).trim();
  return line.startsWith(beginning) && isIPv4(address) ? [address] : [];
}
