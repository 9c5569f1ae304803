import { run } from '../runtime/process/program.ts';

/** With its path, since PATH may lead to busybox first. */
const nft = '/usr/sbin/nft';

/**
 * Makes all addresses of a subnet the guest's own, so that the agent can listen at any of them.
 * `address` is one of them, and the one from which the guest's own programs connect. Idempotent; lasts
 * until the guest stops.
 */
export async function ownSubnet(subnet: string, address: string): Promise<void> {
  const [, length = ''] = subnet.split('/');
  // On the loopback interface, the kernel takes every address of an address's subnet as local.
  await run('ip', ['address', 'replace', `${address}/${length}`, 'dev', 'lo']);
}

/**
 * Lets only the guest itself and containers behind `bridges` reach the addresses of a subnet of
 * `ownSubnet`. The guest would answer them on every interface, so that containers of other networks
 * could get at it. Idempotent; replaces the bridges of an earlier call.
 */
export async function guardSubnet(subnet: string, bridges: readonly string[]): Promise<void> {
  const interfaces = ['lo', ...bridges].map((name) => JSON.stringify(name)).join(', ');
  const table = 'table inet berth_services';
  // The first two lines replace the table, whether it exists or not. nft applies all lines at once.
  await run(nft, ['-f', '-'], {
    input: `${table}
delete ${table}
${table} {
  chain input {
    type filter hook input priority filter - 10; policy accept;
    ip daddr ${subnet} iifname != { ${interfaces} } drop
  }
}
`,
  });
}
