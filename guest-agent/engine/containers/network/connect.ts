import { EngineError } from '../../../errors.ts';
import type { Engine } from '../../engine.ts';
import { publishNetworkEvent } from '../../networks/event.ts';
import type { Network } from '../../networks/network.ts';
import { type ContainerRecord, hasProcess } from '../record/container.ts';
import { type Endpoints, newEndpoint } from '../record/endpoint.ts';
import type { LiveContainer } from '../record/live-container.ts';
import type { EndpointRequest } from '../request/endpoint-request.ts';
import { attachEndpoint, detachEndpoint } from './attach-endpoint.ts';
import { checkEndpoint } from './check-endpoint.ts';
import { updateLinksTo, writeNetworkFiles } from './etc-files.ts';
import { gatewayNetwork } from './gateway.ts';
import { takePublishedPorts, withGateway } from './join-networks.ts';
import { setUpLinkNames } from './link-names.ts';
import { setUpNames } from './name-servers.ts';
import { claimOf } from './published-ports.ts';
import { releaseEndpoint, reserveEndpoint } from './reserve-endpoint.ts';

/**
 * Connects a container to one more network: immediately if it runs, otherwise at its next start.
 */
export async function connectContainer(
  engine: Engine,
  container: LiveContainer,
  reference: string,
  request: EndpointRequest,
): Promise<void> {
  await container.lock.run(async () => {
    const { record } = engine.containers.get(container.id);
    const network = engine.networks.get(reference);
    checkConnectable(record, network);
    checkEndpoint(network, request);
    const endpoint = newEndpoint(network, request);
    if (!hasProcess(record)) {
      const endpoints = { ...record.endpoints, [network.name]: endpoint };
      await engine.containers.save(container, { ...record, endpoints });
      return;
    }
    const taken = reserveEndpoint(engine, record, network, endpoint, freeInterface(record));
    try {
      await rearrange(engine, container, { ...record.endpoints, [network.name]: taken });
    } catch (error) {
      await rearrange(engine, container, record.endpoints).catch((cause) =>
        engine.log(`taking ${record.id} off ${network.name}`, cause),
      );
      releaseEndpoint(engine, record, network, taken);
      throw error;
    }
    publishNetworkEvent(engine, network, 'connect', record.id);
  });
}

/** Disconnects a container from a network, immediately if it runs. */
export async function disconnectContainer(
  engine: Engine,
  container: LiveContainer,
  reference: string,
): Promise<void> {
  await container.lock.run(async () => {
    const { record } = engine.containers.get(container.id);
    // A stopped container may still have a network that was removed.
    const network = engine.networks.find(reference);
    const name = network?.name ?? reference;
    if (record.hostConfig.NetworkMode === 'host' && name === 'host') {
      throw new EngineError(
        'invalid',
        'cannot disconnect container from host network - container was created in host network mode',
      );
    }
    const { [name]: left, ...endpoints } = record.endpoints;
    if (!left) {
      if (!network) throw new EngineError('not-found', `network ${reference} not found`);
      throw new EngineError(
        'internal',
        `container ${record.id} is not connected to network ${network.name}`,
      );
    }
    if (!network || !hasProcess(record)) {
      await engine.containers.save(container, { ...record, endpoints });
      return;
    }
    await rearrange(engine, container, endpoints);
    releaseEndpoint(engine, record, network, left);
    publishNetworkEvent(engine, network, 'disconnect', record.id);
  });
}

/**
 * Makes a running container's networks match `endpoints`. The default route and the published ports
 * move with the gateway, so the gateway's interface is created again.
 */
async function rearrange(
  engine: Engine,
  container: LiveContainer,
  endpoints: Endpoints,
): Promise<void> {
  const before = container.record;
  const after = withPorts(engine, before, endpoints);
  const differs = (name: string) =>
    before.endpoints[name]?.endpointId !== after.endpoints[name]?.endpointId ||
    before.endpoints[name]?.isGateway !== after.endpoints[name]?.isGateway;
  const detached = Object.keys(before.endpoints).filter(differs);
  for (const name of detached) {
    // Everything that could be undone has been, and another try would not undo more.
    await detachEndpoint(engine, before, name).catch((error) =>
      engine.log(`taking ${before.id} off ${name}`, error),
    );
  }
  try {
    // A change that has happened must be in the record, even if the disk is full.
    if (detached.length > 0) await engine.containers.note(container, after);
    else await engine.containers.save(container, after);
  } catch (error) {
    releasePorts(engine, after, before);
    throw error;
  }
  releasePorts(engine, before, after);
  for (const name of Object.keys(after.endpoints).filter(differs)) {
    await attachEndpoint(engine, after, name);
  }
  await setUpNames(engine, after, before);
  await setUpLinkNames(engine, after, before);
  await writeNetworkFiles(engine, after);
  await updateLinksTo(engine, after);
}

function withPorts(engine: Engine, record: ContainerRecord, endpoints: Endpoints): ContainerRecord {
  const gateway = gatewayNetwork(engine.networks, endpoints);
  const after = { ...record, endpoints: withGateway(endpoints, gateway) };
  if (gateway === undefined) return { ...after, publishedPorts: [] };
  return record.publishedPorts.length > 0
    ? after
    : { ...after, publishedPorts: takePublishedPorts(engine, after, gateway) };
}

/** Releases the ports that one record has and the other doesn't. */
function releasePorts(engine: Engine, one: ContainerRecord, other: ContainerRecord): void {
  for (const port of one.publishedPorts) {
    if (!other.publishedPorts.includes(port)) engine.networks.ports.release(claimOf(port));
  }
}

function checkConnectable(record: ContainerRecord, network: Network): void {
  const mode = record.hostConfig.NetworkMode;
  if (mode.startsWith('container:')) throw sharedConflict();
  if (network.driver === 'host') {
    throw new EngineError(
      'invalid',
      'cannot connect container to host network - container must be created in host network mode',
    );
  }
  if (mode === 'host') throw sharedConflict();
  if (mode === 'none' || network.driver === 'null') {
    throw new EngineError(
      'invalid',
      'container cannot be connected to multiple networks with one of the networks in private (none) mode',
    );
  }
  if (record.endpoints[network.name]) {
    throw new EngineError(
      'forbidden',
      `endpoint with name ${record.name} already exists in network ${network.name}`,
    );
  }
}

function sharedConflict(): EngineError {
  return new EngineError(
    'invalid',
    'container sharing network namespace with another container or host cannot be connected to any other network',
  );
}

function freeInterface({ endpoints }: ContainerRecord): string {
  const taken = Object.values(endpoints).map((endpoint) => endpoint.interface);
  for (let index = 0; ; index++) {
    if (!taken.includes(`eth${index}`)) return `eth${index}`;
  }
}
