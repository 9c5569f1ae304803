import { run } from '../runtime/process/program.ts';

/** The interface group that the VM's firewall isolates (/etc/nftables.conf). */
const GROUP = '66';

/**
 * Isolates a bridge from all other interfaces of the VM. To omit the default route is not enough,
 * since a container that can add routes would find a way out. Idempotent, and removed with the
 * bridge.
 */
export async function markInternal(bridge: string): Promise<void> {
  await run('ip', ['link', 'set', 'dev', bridge, 'group', GROUP]);
}
