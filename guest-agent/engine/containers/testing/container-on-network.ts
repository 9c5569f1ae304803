import { createHash } from 'node:crypto';
import type { Engine } from '../../engine.ts';
import { createNetwork } from '../../networks/create.ts';
import { networkCreateSchema } from '../../networks/create-request.ts';
import { testRecord } from '../../testing/test-engine.ts';
import { newEndpoint } from '../record/endpoint.ts';
import type { LiveContainer } from '../record/live-container.ts';
import { endpointRequestSchema } from '../request/endpoint-request.ts';

/** A running container with an address on one network. */
export interface OnNetwork {
  readonly name: string;
  readonly address: string;
  readonly host?: object;
  readonly config?: object;
  /** Links of its endpoint. */
  readonly links?: readonly string[];
}

/** Adds a container to the list of containers. Creates the network if it doesn't exist. */
export async function addOn(
  engine: Engine,
  network: string,
  { name, address, host, config, links = [] }: OnNetwork,
): Promise<LiveContainer> {
  if (!engine.networks.find(network)) {
    await createNetwork(engine, networkCreateSchema.parse({ Name: network }), []);
  }
  const request = endpointRequestSchema.parse({ Links: links });
  const endpoint = newEndpoint(engine.networks.get(network), request);
  const id = createHash('sha256').update(name).digest('hex');
  engine.containers.reserveName(name, id);
  return engine.containers.add({
    ...testRecord({ status: 'running' }, host, { Hostname: name, ...config }),
    ...{ id, name, endpoints: { [network]: { ...endpoint, address, endpointId: id } } },
  });
}
