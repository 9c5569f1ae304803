import { existsSync, readFileSync } from 'node:fs';

const ROUTES = '/proc/net/route';

/**
 * The host's address for containers: the VM's default gateway (10.0.2.2 with QEMU). Undefined while
 * the VM has no default route.
 */
export function hostAddress(): string | undefined {
  // The kernel answers from memory, sooner than another thread would be found for it.
  return existsSync(ROUTES) ? defaultGateway(readFileSync(ROUTES, 'utf8')) : undefined;
}

/** The gateway of the default route with the lowest metric, from the text of /proc/net/route. */
export function defaultGateway(routes: string): string | undefined {
  const defaults = routes
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([, destination, gateway]) => destination === '00000000' && gateway !== '00000000')
    .sort((a, b) => Number(a[6]) - Number(b[6]));
  // The kernel prints an address as one number in its own byte order, which is little-endian.
  const bytes = defaults[0]?.[2]?.match(/../g)?.reverse();
  return bytes?.map((byte) => Number.parseInt(byte, 16)).join('.');
}
