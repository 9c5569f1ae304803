import * as z from 'zod';
import type { EndpointRequest } from '../request/endpoint-request.ts';

/** A container's endpoint in a network. Records of older versions have fewer fields. */
export const endpointSchema = z.object({
  networkId: z.string(),
  // Requested settings, which stay while the container doesn't run.
  aliases: z.array(z.string()).default([]),
  /** Other containers on the network under aliases: "container:name". */
  links: z.array(z.string()).default([]),
  askedAddress: z.string().default(''),
  askedAddress6: z.string().default(''),
  askedMacAddress: z.string().default(''),
  driverOptions: z.record(z.string(), z.string()).default({}),
  /** The network with the highest priority has the container's default route. */
  gatewayPriority: z.int().default(0),
  // Values of the current run; empty if there is none.
  endpointId: z.string().default(''),
  /** The name of the interface in the container. */
  interface: z.string().default(''),
  address: z.string(),
  prefixLength: z.int(),
  gateway: z.string(),
  address6: z.string().default(''),
  prefixLength6: z.int().default(0),
  gateway6: z.string().default(''),
  macAddress: z.string(),
  /** Whether this network has the default route and the published ports. */
  isGateway: z.boolean().default(false),
});
export type Endpoint = z.infer<typeof endpointSchema>;
export type Endpoints = Readonly<Record<string, Endpoint>>;

const noRun = {
  ...{ endpointId: '', interface: '', address: '', prefixLength: 0, gateway: '' },
  ...{ address6: '', prefixLength6: 0, gateway6: '', macAddress: '', isGateway: false },
};

/** The endpoint that a container gets when it runs. */
export function newEndpoint(
  network: { readonly id: string } | undefined,
  request: EndpointRequest,
): Endpoint {
  return { networkId: network?.id ?? '', ...request, ...noRun };
}

/** The networks and ports of a container, without the values of a run. */
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
