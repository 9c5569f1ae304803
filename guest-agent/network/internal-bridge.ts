import { run } from '../runtime/process/program.ts';

/** The group of interfaces that the machine's firewall keeps apart (/etc/nftables.conf). */
const GROUP = '66';

/**
 * Keeps a bridge apart from all other interfaces of the machine; without a default route alone, a
 * container that may make routes would find a way out. Idempotent, and gone with the bridge.
 */
export async function markInternal(bridge: string): Promise<void> {
  await run('ip', ['link', 'set', 'dev', bridge, 'group', GROUP]);
}
