import { isWithoutIpv6 } from './problem.ts';
import { listenTcp } from './tcp-listener.ts';
import { listenUdp } from './udp-listener.ts';

/**
 * Why a port cannot be opened on this computer at the moment, as the system's error; undefined when
 * it can. It is opened and closed again to find out.
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
