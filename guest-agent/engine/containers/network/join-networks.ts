import { EngineError } from '../../../errors.ts';
import type { HostPort } from '../../../network/port-pool.ts';
import type { Engine } from '../../engine.ts';
import { publishNetworkEvent } from '../../networks/event.ts';
import type { Network } from '../../networks/network.ts';
import type { Undo } from '../../undo.ts';
import { type ContainerRecord, hasProcess } from '../record/container.ts';
import { type Endpoint, type Endpoints, newEndpoint } from '../record/endpoint.ts';
import type { LiveContainer } from '../record/live-container.ts';
import type { PublishedPort } from '../record/published-port.ts';
import { endpointRequestSchema } from '../request/endpoint-request.ts';
import { attachEndpoint, detachEndpoint } from './attach-endpoint.ts';
import { updateLinkedHosts } from './etc-files.ts';
import { gatewayNetwork } from './gateway.ts';
import { setUpNames } from './name-servers.ts';
import { claimOf, PortsRefusedError, takePorts } from './published-ports.ts';
import { holdEndpoint, releaseEndpoint, reserveEndpoint } from './reserve-endpoint.ts';

/** Docker's option of a network: the default host address for its containers' published ports. */
const HOST_BINDING = 'com.docker.network.bridge.host_binding_ipv4';

/** The maximum number of ports to try if Berth can choose the port. */
const MOST_REFUSALS = 32;

/**
 * Creates a container's network namespace and connects it to all of its networks. Saves what it
 * takes before it creates anything, so that an agent that crashes in between can undo it. With
 * `needsPorts`, rejects with PortsRefusedError if the host can't open a published port.
 */
export async function joinNetworks(
  engine: Engine,
  container: LiveContainer,
  undo: Undo,
  needsPorts = false,
): Promise<void> {
  const { record } = container;
  const mode = record.hostConfig.NetworkMode;
  const shared = /^container:(.+)$/.exec(mode)?.[1];
  if (shared !== undefined) return checkSharedNetwork(engine, shared);
  try {
    const joined = needsPorts ? await takeOpenable(engine, record) : takeAll(engine, record);
    undo.add(() => leaveNetworks(engine, joined));
    await engine.containers.save(container, joined);
    if (mode !== 'host') {
      await engine.networks.driver.createNamespace(engine.directories.networkNamespace(record.id));
    }
    for (const name of Object.keys(joined.endpoints)) {
      await attachEndpoint(engine, joined, name);
      publishNetworkEvent(engine, engine.networks.get(name), 'connect', record.id);
    }
    if (mode !== 'host') await setUpNames(engine, joined);
    await updateLinkedHosts(engine, joined);
  } catch (error) {
    if (!(error instanceof EngineError) || error instanceof PortsRefusedError) throw error;
    const message = `failed to set up container networking: ${error.message}`;
    throw new EngineError(error.code, message, { cause: error });
  }
}

/** Throws EngineError in Docker's words if the container has no network to share. */
function checkSharedNetwork(engine: Engine, reference: string): void {
  const owner = engine.containers.find(reference)?.record;
  if (!owner) {
    throw new EngineError(
      'not-found',
      `joining network namespace of container: No such container: ${reference}`,
    );
  }
  if (!hasProcess(owner)) {
    throw new EngineError(
      'conflict',
      `cannot join network namespace of a non running container: container ${owner.name} is ${owner.state.status}`,
    );
  }
}

/** Undoes `joinNetworks`. Idempotent, also after a crash in either of them. */
export async function leaveNetworks(engine: Engine, record: ContainerRecord): Promise<void> {
  await disconnect(engine, record, (network) =>
    publishNetworkEvent(engine, network, 'disconnect', record.id),
  );
}

/** The same. `left` learns which networks the container has left. */
export async function disconnect(
  engine: Engine,
  record: ContainerRecord,
  left: (network: Network) => void = () => {},
): Promise<void> {
  const namespace = engine.directories.networkNamespace(record.id);
  const endpoints = Object.entries(record.endpoints).filter(([, { endpointId }]) => endpointId);
  // The namespace is removed last: without it, nothing is connected.
  const joined = await engine.networks.driver.hasNamespace(namespace);
  const outcomes = [];
  for (const [name] of joined ? endpoints : []) {
    outcomes.push(...(await Promise.allSettled([detachEndpoint(engine, record, name)])));
  }
  await engine.networks.driver.removeNamespace(namespace);
  for (const [name, endpoint] of endpoints) {
    const network = engine.networks.find(name);
    if (!network) continue;
    releaseEndpoint(engine, record, network, endpoint);
    left(network);
  }
  for (const port of record.publishedPorts) engine.networks.ports.release(claimOf(port));
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure) throw failure.reason;
}

/** Marks addresses and ports of a container that ran before the agent started as taken. */
export function holdNetworks(engine: Engine, record: ContainerRecord): void {
  for (const [name, endpoint] of Object.entries(record.endpoints)) {
    const network = engine.networks.find(name);
    if (network && endpoint.endpointId) holdEndpoint(engine, record, network, endpoint);
  }
  for (const port of record.publishedPorts) engine.networks.ports.hold(claimOf(port));
}

/** The ports that a container publishes through one of its networks. Throws in Docker's words. */
export function takePublishedPorts(
  engine: Engine,
  record: ContainerRecord,
  gateway: string,
): PublishedPort[] {
  try {
    return takePorts(engine.networks.ports, {
      host: record.hostConfig,
      exposed: Object.keys(record.config.ExposedPorts),
      hostIp: engine.networks.get(gateway).options[HOST_BINDING] ?? engine.networks.hostIp,
    });
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const id = record.endpoints[gateway]?.endpointId;
    throw new EngineError(
      error.code,
      `driver failed programming external connectivity on endpoint ${record.name} (${id}): ${error.message}`,
      { cause: error },
    );
  }
}

/** The record with the addresses, interfaces and ports of a run. Takes nothing if it throws. */
export function takeAll(engine: Engine, record: ContainerRecord): ContainerRecord {
  const taken: Record<string, Endpoint> = {};
  try {
    Object.entries(placesOf(engine, record)).forEach(([name, endpoint], index) => {
      const network = engine.networks.get(name);
      taken[name] = reserveEndpoint(engine, record, network, endpoint, `eth${index}`);
    });
    const gateway = gatewayNetwork(engine.networks, taken);
    const endpoints = withGateway(taken, gateway);
    const joined = { ...record, endpoints };
    const publishedPorts = gateway === undefined ? [] : takePublishedPorts(engine, joined, gateway);
    return { ...joined, publishedPorts };
  } catch (error) {
    for (const [name, endpoint] of Object.entries(taken)) {
      releaseEndpoint(engine, record, engine.networks.get(name), endpoint);
    }
    throw error;
  }
}

/**
 * The same, with ports that the host can open. If Berth can choose a port and the host rejects it,
 * tries another.
 */
async function takeOpenable(engine: Engine, record: ContainerRecord): Promise<ContainerRecord> {
  const { ports } = engine.networks;
  const refused: HostPort[] = [];
  let first: PortsRefusedError | undefined;
  try {
    for (;;) {
      const joined = takeAgain(engine, record, first);
      const claims = joined.publishedPorts.map(claimOf);
      const refusal = await engine.hostPorts.refusal(claims);
      if (!refusal) return joined;
      releaseAll(engine, joined);
      first ??= new PortsRefusedError(refusal.reason);
      const { protocol, hostPort } = refusal.port;
      const held = claims.filter(
        (port) => port.protocol === protocol && port.hostPort === hostPort,
      );
      // Held until a port is found, so that the next attempt takes another.
      for (const port of held) ports.hold(port);
      refused.push(...held);
      if (held.length === 0 || refused.length > MOST_REFUSALS) throw first;
    }
  } finally {
    for (const port of refused) ports.release(port);
  }
}

/** If nothing else can be taken after a rejection, the user asked for this port. */
function takeAgain(
  engine: Engine,
  record: ContainerRecord,
  refusal: PortsRefusedError | undefined,
): ContainerRecord {
  try {
    return takeAll(engine, record);
  } catch (error) {
    throw refusal ?? error;
  }
}

/** Releases what `takeAll` took for a container that isn't connected to a network. */
export function releaseAll(engine: Engine, record: ContainerRecord): void {
  for (const [name, endpoint] of Object.entries(record.endpoints)) {
    releaseEndpoint(engine, record, engine.networks.get(name), endpoint);
  }
  for (const port of record.publishedPorts) engine.networks.ports.release(claimOf(port));
}

/** The endpoints, with one marked for the default route. */
export function withGateway(
  endpoints: Endpoints,
  gateway: string | undefined,
): Record<string, Endpoint> {
  return Object.fromEntries(
    Object.entries(endpoints).map(([name, endpoint]) => [
      name,
      { ...endpoint, isGateway: name === gateway },
    ]),
  );
}

/**
 * A container's networks: the network of its mode first, then the others by name. Without any, only
 * the network of its mode.
 */
function placesOf(engine: Engine, record: ContainerRecord): Record<string, Endpoint> {
  const mode = record.hostConfig.NetworkMode;
  const names = Object.keys(record.endpoints);
  if (names.length === 0) {
    const network = engine.networks.get(mode);
    return { [network.name]: newEndpoint(network, endpointRequestSchema.parse(null)) };
  }
  return Object.fromEntries(
    Object.entries(record.endpoints).sort(([a], [b]) =>
      a === mode ? -1 : b === mode ? 1 : a < b ? -1 : 1,
    ),
  );
}
