import { run } from '../runtime/process/program.ts';

/**
 * An interface on a network without IPv6 gets no address of IPv6, as in Docker. With an address for the link,
 * a container would reach its neighbours and the VM in a way that rules for IPv4 don't see.
 */
export async function disableIpv6(namespace: string, inside: string): Promise<void> {
  const setting = `/proc/sys/net/ipv6/conf/${inside}/disable_ipv6`;
  // A kernel without IPv6 has no such setting.
  const script = `[ ! -e ${setting} ] || echo 1 >${setting}`;
  await run('nsenter', [`--net=${namespace}`, 'sh', '-c', script]);
}
