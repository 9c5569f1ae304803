import { run } from '../runtime/process/program.ts';

/** Where Docker answers name queries inside a container. Programs' configurations have this address. */
export const embeddedDns = '127.0.0.11';

/** With its path, since busybox's `nsenter` would run busybox's own programs. */
const program = '/usr/sbin/nft';

/**
 * Queries in a network namespace for `embeddedDns` go to `server`, an IPv4 address. Without one,
 * nothing answers them. Idempotent. The kernel keeps the rules until the namespace is removed.
 */
export async function redirectNames(namespace: string, server: string | undefined): Promise<void> {
  const apply = `${program} -f -`;
  const route = (isOn: 0 | 1) => `echo ${isOn} >/proc/sys/net/ipv4/conf/all/route_localnet`;
  // Packets for the loopback interface are never routed without the rules that keep the network out.
  const script = server === undefined ? [route(0), apply] : [apply, route(1)];
  await run('nsenter', [`--net=${namespace}`, 'sh', '-c', script.join(' && ')], {
    input: rules(server),
  });
}

/** The first line makes sure that there is a table to delete. nft applies all lines at once. */
function rules(server: string | undefined): string {
  const table = 'table ip berth_dns';
  if (server === undefined) return `${table}\ndelete ${table}\n`;
  return `${table}
delete ${table}
${table} {
  chain ask {
    type nat hook output priority -110;
    ip daddr ${embeddedDns} meta l4proto { tcp, udp } th dport 53 dnat to ${server}
  }
  # The query comes from an address of the loopback interface, to which nobody could answer.
  chain send {
    type nat hook postrouting priority 90;
    ip saddr 127.0.0.0/8 ip daddr ${server} meta l4proto { tcp, udp } th dport 53 masquerade
  }
  # Answers need \`route_localnet\`, with which the network could reach what listens on the loopback
  # interface only, and could pretend to be this interface.
  chain guard {
    type filter hook prerouting priority raw;
    iifname != "lo" ip daddr 127.0.0.0/8 drop
    iifname != "lo" ip saddr 127.0.0.0/8 drop
  }
}
`;
}
