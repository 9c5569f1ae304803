import { createHash } from 'node:crypto';
import * as z from 'zod';

const ipamConfigSchema = z.object({
  /** In CIDR form. */
  subnet: z.string(),
  gateway: z.string(),
  /** The part of the subnet for containers' addresses, in CIDR form. Empty means all of it. */
  range: z.string(),
  /** Addresses that no container gets, by the name of their owner. */
  auxiliary: z.record(z.string(), z.string()),
  /** Whether a user chose the subnet. Then containers can choose their addresses. */
  chosen: z.boolean(),
});
export type IpamConfig = z.infer<typeof ipamConfigSchema>;

/** A network. Each network that users created is saved as a JSON file. */
export const networkSchema = z.object({
  id: z.string().regex(/^[0-9a-f]{64}$/),
  name: z.string(),
  createdAt: z.iso.datetime(),
  driver: z.enum(['bridge', 'host', 'null']),
  /** Whether the network has no connection to the outside. */
  internal: z.boolean(),
  attachable: z.boolean(),
  enableIPv4: z.boolean(),
  enableIPv6: z.boolean(),
  /** At most one of each family. */
  ipam: z.array(ipamConfigSchema),
  /** The options that the client gave, or null. */
  ipamOptions: z.record(z.string(), z.string()).nullable(),
  /** The name of the bridge interface. Empty if there is none. */
  bridge: z.string(),
  options: z.record(z.string(), z.string()),
  labels: z.record(z.string(), z.string()),
});
export type Network = z.infer<typeof networkSchema>;

/** The networks that always exist, with Docker's names. Their IDs never change. */
export const builtInNetworks: readonly Network[] = [
  builtIn('bridge', 'bridge', {
    bridge: 'berth0',
    ipam: [
      {
        ...{ subnet: '172.17.0.0/16', gateway: '172.17.0.1', range: '' },
        ...{ auxiliary: {}, chosen: false },
      },
    ],
  }),
  builtIn('host', 'host', {}),
  builtIn('none', 'null', {}),
];

function builtIn(name: string, driver: Network['driver'], more: Partial<Network>): Network {
  return {
    id: createHash('sha256').update(`berth/network/${name}`).digest('hex'),
    ...{ name, driver, createdAt: '2025-01-01T00:00:00.000Z' },
    ...{ internal: false, attachable: false, enableIPv4: true, enableIPv6: false },
    ...{ ipam: [], ipamOptions: null, bridge: '', options: {}, labels: {} },
    ...more,
  };
}

export function isBuiltIn(network: Network): boolean {
  return builtInNetworks.some(({ id }) => id === network.id);
}

/**
 * Whether containers find each other by name. As in Docker, only on networks that users created.
 */
export function knowsNames(network: Network): boolean {
  return network.driver === 'bridge' && !isBuiltIn(network);
}
