import { isWithoutIpv6 } from './problem.ts';
import { listenTcp } from './tcp-listener.ts';
import { listenUdp } from './udp-listener.ts';

/**
 * The system's error if a port can't be opened on the host now; otherwise undefined. Opens and
 * closes the port to find out.
 */
export async function openingError({
  address,
  port,
  protocol,
}: {
  readonly address: string;
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
}): Promise<Error | undefined> {
  const listen = protocol === 'udp' ? listenUdp : listenTcp;
  try {
    const listener = await listen({ address, port }, () => Promise.reject(new Error('a test')));
    await listener.close();
    return undefined;
  } catch (error) {
    if (isWithoutIpv6(address, error)) return undefined;
    return error instanceof Error ? error : new Error(String(error));
  }
}
