import type { Service } from 'kubernetes-types/core/v1.js';
import type { Engine } from '../../engine/engine.ts';
import type { Networks } from '../../engine/networks/networks.ts';
import { machineSubnets } from '../../network/machine-subnets.ts';
import type { HostResolver } from '../../network/names/host-resolver.ts';
import { parseSubnet } from '../../network/subnet.ts';
import { isApiService } from '../access/api-service.ts';
import type { Objects } from '../objects/objects.ts';
import { services } from '../objects/resources.ts';
import { startAddressAllocation } from './addresses/address-controller.ts';
import { admitService } from './addresses/admit-service.ts';
import { ServiceAddresses } from './addresses/service-addresses.ts';
import { chooseServiceSubnet, reservedAddresses, subnetOf } from './addresses/service-subnet.ts';
import { startEndpoints } from './endpoints/endpoints-controller.ts';
import { ServiceEndpoints } from './endpoints/service-endpoints.ts';
import { startIngress } from './ingress/ingress-controller.ts';
import type { Log } from './log.ts';
import { answerName } from './names/answer-name.ts';
import { LocalPorts } from './ports/local-ports.ts';
import { startServicePorts } from './ports/service-ports.ts';
import { ServiceProxy } from './proxy/service-proxy.ts';
import { startStorage } from './storage/storage.ts';

/** Marks the engine's network of pods. */
export const KUBE_NETWORK_LABEL = 'io.berth.kube';

export interface ServicesOptions {
  readonly engine: Pick<Engine, 'networks' | 'events' | 'hostPorts' | 'volumes' | 'containers'>;
  readonly objects: Objects;
  /** Answers the names of Services, and is asked for names elsewhere. */
  readonly names: Pick<HostResolver, 'answerFirst' | 'ask'>;
  readonly log: Log;
}

/** Services, their names and addresses on this node. */
export interface KubeServices extends AsyncDisposable {
  /**
   * What a Service becomes before it is stored: with its address and its node ports. `old` is the
   * stored Service on an update. Throws KubeError 'Invalid'.
   */
  admit(service: Service, old?: Service): Service;
  /** The address of this node for pods. */
  readonly nodeAddress: string;
}

/** Starts everything that makes Services, their names and the volumes of pods real. */
export async function startServices(options: ServicesOptions): Promise<KubeServices> {
  const { engine, objects, names, log } = options;
  await using stack = new AsyncDisposableStack();
  // The API's own Service follows the subnet.
  const ofUsers = objects.list(services).filter((service) => !isApiService(service));
  const cidr = chooseServiceSubnet(ofUsers, subnetsInUse(engine.networks));
  const subnet = subnetOf(cidr);
  const { node, ingress } = reservedAddresses(subnet);
  await engine.networks.driver.ownSubnet(cidr, node);
  stack.defer(await guardServices(options, cidr));
  const addresses = new ServiceAddresses(objects, subnet, cidr);
  stack.use(startAddressAllocation(objects, addresses, log));
  stack.use(startEndpoints(objects, log));
  const endpoints = stack.use(new ServiceEndpoints(objects));
  const nodeAddresses = ['127.0.0.1', node];
  const proxy = stack.use(new ServiceProxy({ objects, endpoints, nodeAddresses, log }));
  const local = stack.use(new LocalPorts(engine.hostPorts, log));
  stack.use(startServicePorts(objects, local, log));
  stack.use(await startIngress({ objects, proxy, local, address: ingress, nodeAddresses, log }));
  stack.use(await startStorage(objects, engine, log));
  const upstream = (message: Buffer) => names.ask(message);
  names.answerFirst((message) => answerName(message, { objects, endpoints }, upstream));
  stack.defer(() => names.answerFirst(async () => undefined));
  const parts = stack.move();
  return {
    admit: (service, old) => admitService(addresses, service, old),
    nodeAddress: node,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

function subnetsInUse(networks: Networks) {
  const ofNetworks = networks.list().flatMap(({ ipam }) => ipam.map(({ subnet }) => subnet));
  const own = ofNetworks.map(parseSubnet).filter((subnet) => subnet !== undefined);
  return [...own, ...machineSubnets()];
}

/** Keeps the containers of other networks away from Services, also when the pods' network is new. */
async function guardServices({ engine, log }: ServicesOptions, cidr: string): Promise<() => void> {
  const guard = () => {
    const pods = engine.networks
      .list()
      .filter(({ labels }) => labels[KUBE_NETWORK_LABEL] !== undefined);
    return engine.networks.driver.guardSubnet(
      cidr,
      pods.map(({ bridge }) => bridge),
    );
  };
  await guard();
  return engine.events.listen(({ type, action }) => {
    if (type !== 'network' || action !== 'create') return;
    guard().catch((error) => log('guarding the Services', error));
  });
}
