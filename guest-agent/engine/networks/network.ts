import { createHash } from 'node:crypto';
import * as z from 'zod';

const ipamConfigSchema = z.object({
  /** CIDR form. */
  subnet: z.string(),
  gateway: z.string(),
  /** The part of the subnet that addresses are chosen from, CIDR form; empty: all of it. */
  range: z.string(),
  /** Addresses that no container gets, by the name of what has them. */
  auxiliary: z.record(z.string(), z.string()),
  /** A user chose the subnet: then containers may choose their addresses. */
  chosen: z.boolean(),
});
export type IpamConfig = z.infer<typeof ipamConfigSchema>;

/** A network; the durable form of those that users make is one JSON file. */
export const networkSchema = z.object({
  id: z.string().regex(/^[0-9a-f]{64}$/),
  name: z.string(),
  createdAt: z.iso.datetime(),
  driver: z.enum(['bridge', 'host', 'null']),
  /** Without a way out of the machine. */
  internal: z.boolean(),
  attachable: z.boolean(),
  enableIPv4: z.boolean(),
  enableIPv6: z.boolean(),
  /** At most one of each family. */
  ipam: z.array(ipamConfigSchema),
  /** As the client gave them, if it did. */
  ipamOptions: z.record(z.string(), z.string()).nullable(),
  /** Name of the bridge interface; empty where there is none. */
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

/** Names of containers are known on networks that users made, as with Docker. */
export function knowsNames(network: Network): boolean {
  return network.driver === 'bridge' && !isBuiltIn(network);
}
