import { randomBytes } from 'node:crypto';
import { type Answer, fail, reply } from './stand-in-answer.ts';
import type { StandInContainer } from './stand-in-documents.ts';

interface StandInNetwork {
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  readonly subnet: string | undefined;
  readonly gateway: string | undefined;
  readonly internal: boolean;
  readonly ipv6: boolean;
}

/** Networks with containers that connect and disconnect. */
export class StandInNetworks {
  readonly #containers: () => readonly StandInContainer[];
  readonly #publish: (action: string, id: string) => void;
  #networks: StandInNetwork[] = [];

  constructor(
    containers: () => readonly StandInContainer[],
    publish: (action: string, id: string) => void,
  ) {
    this.#containers = containers;
    this.#publish = publish;
    this.add('bridge', { subnet: '172.17.0.0/16', gateway: '172.17.0.1' });
    this.add('host', { driver: 'host' });
    this.add('none', { driver: 'null' });
  }

  add(name: string, parts: Partial<StandInNetwork> = {}): string {
    const id = randomBytes(32).toString('hex');
    this.#networks.push({
      ...{ id, name, driver: 'bridge', subnet: undefined, gateway: undefined },
      ...{ internal: false, ipv6: false },
      ...parts,
    });
    this.#publish('create', id);
    return id;
  }

  route(method: string, path: string, body: string): Answer {
    if (path === '/networks') return reply(200, this.#networks.map(documentOf));
    if (path === '/networks/create') return this.#create(body);
    const [, , reference, verb] = path.split('/');
    const network = this.#networks.find(({ id, name }) => id === reference || name === reference);
    if (!network) return fail(404, `network ${reference} not found`);
    if (method === 'DELETE') return this.#remove(network);
    const { Container } = JSON.parse(body) as { Container: string };
    const container = this.#containers().find(({ id }) => id === Container);
    if (!container) return fail(404, `No such container: ${Container}`);
    if (verb === 'connect') container.networks.set(network.name, '172.20.0.9');
    else container.networks.delete(network.name);
    this.#publish(verb ?? '', network.id);
    return reply(200);
  }

  #create(body: string): Answer {
    const { Name, Internal, EnableIPv6, IPAM } = JSON.parse(body) as {
      Name: string;
      Internal: boolean;
      EnableIPv6: boolean;
      IPAM?: { Config: { Subnet: string; Gateway?: string }[] };
    };
    if (this.#networks.some(({ name }) => name === Name)) {
      return fail(409, `network with name ${Name} already exists`);
    }
    const [config] = IPAM?.Config ?? [];
    const subnet = config?.Subnet ?? '172.20.0.0/16';
    const parts = { subnet, gateway: config?.Gateway, internal: Internal, ipv6: EnableIPv6 };
    return reply(201, { Id: this.add(Name, parts), Warning: '' });
  }

  #remove(network: StandInNetwork): Answer {
    const { name, id } = network;
    if (['bridge', 'host', 'none'].includes(name)) {
      return fail(403, `${name} is a pre-defined network and cannot be removed`);
    }
    if (this.#containers().some(({ networks }) => networks.has(name))) {
      return fail(403, `error while removing network: network ${name} has active endpoints`);
    }
    this.#networks = this.#networks.filter((each) => each !== network);
    this.#publish('destroy', id);
    return reply(204);
  }
}

function documentOf({ id, name, driver, subnet, gateway, internal, ipv6 }: StandInNetwork): object {
  const config = subnet === undefined ? null : [{ Subnet: subnet, Gateway: gateway }];
  return {
    Id: id,
    Name: name,
    Created: '2026-01-02T03:04:05.678901234Z',
    Scope: 'local',
    Driver: driver,
    EnableIPv4: true,
    EnableIPv6: ipv6,
    Internal: internal,
    IPAM: { Driver: 'default', Config: config },
    Options: {},
    Labels: {},
  };
}
