import * as z from 'zod';
import type { EndpointRequest } from '../request/endpoint-request.ts';

/** A container's place in a network. Records of older versions have fewer fields. */
export const endpointSchema = z.object({
  networkId: z.string(),
  // What was asked for; it stays while the container doesn't run.
  aliases: z.array(z.string()).default([]),
  /** Other containers on the network under names of one's own: "container:name". */
  links: z.array(z.string()).default([]),
  askedAddress: z.string().default(''),
  askedAddress6: z.string().default(''),
  askedMacAddress: z.string().default(''),
  driverOptions: z.record(z.string(), z.string()).default({}),
  /** The network with the highest one has the container's default route. */
  gatewayPriority: z.int().default(0),
  // What one run has; empty while there is none.
  endpointId: z.string().default(''),
  /** Name of the interface inside the container. */
  interface: z.string().default(''),
  address: z.string(),
  prefixLength: z.int(),
  gateway: z.string(),
  address6: z.string().default(''),
  prefixLength6: z.int().default(0),
  gateway6: z.string().default(''),
  macAddress: z.string(),
  /** Its default route and its published ports are here. */
  isGateway: z.boolean().default(false),
});
export type Endpoint = z.infer<typeof endpointSchema>;
export type Endpoints = Readonly<Record<string, Endpoint>>;

const noRun = {
  ...{ endpointId: '', interface: '', address: '', prefixLength: 0, gateway: '' },
  ...{ address6: '', prefixLength6: 0, gateway6: '', macAddress: '', isGateway: false },
};

/** A place in a network that the container takes when it runs. */
export function newEndpoint(
  network: { readonly id: string } | undefined,
  request: EndpointRequest,
): Endpoint {
  return { networkId: network?.id ?? '', ...request, ...noRun };
}

/** The networks and ports of a container, without what only a run of it has. */
export function offNetwork({ endpoints }: { readonly endpoints: Endpoints }): {
  endpoints: Record<string, Endpoint>;
  publishedPorts: [];
} {
  return {
    endpoints: Object.fromEntries(
      Object.entries(endpoints).map(([name, endpoint]) => [name, { ...endpoint, ...noRun }]),
    ),
    publishedPorts: [],
  };
}
