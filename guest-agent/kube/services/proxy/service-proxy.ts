import type { Duplex } from 'node:stream';
import type { Service, ServicePort } from 'kubernetes-types/core/v1.js';
import { Controller } from '../../controllers/controller.ts';
import { keyOf, keyText, type ObjectKey, type Stored } from '../../objects/kube-object.ts';
import type { Objects } from '../../objects/objects.ts';
import { recordEvent } from '../../objects/record-event.ts';
import { pods, services } from '../../objects/resources.ts';
import type { ServiceEndpoints } from '../endpoints/service-endpoints.ts';
import { Balancer } from './balancer.ts';
import { forwardTcp } from './forward-tcp.ts';
import { type ListenAddress, listenTcp, type PortListener } from './listen-tcp.ts';
import { listenUdp } from './listen-udp.ts';
import { OpenConnections } from './open-connections.ts';

type Log = (message: string, cause?: unknown) => void;

interface OpenPort extends PortListener {
  /** The name of the Service's port. A renamed port has other backends. */
  readonly name: string | undefined;
}

/** One address of a Service's port. */
interface WantedPort extends ListenAddress {
  readonly servicePort: ServicePort;
}

export interface ServiceProxyOptions {
  readonly objects: Objects;
  readonly endpoints: ServiceEndpoints;
  /** The node's own addresses, where node ports are open. */
  readonly nodeAddresses: readonly string[];
  readonly log: Log;
}

/**
 * Answers at the addresses of Services and forwards to their endpoints.
 *
 * It isn't the kernel that does this (NAT by nftables), since the kernel decides once for a
 * connection: if the chosen pod has just died, the client's connection fails. This proxy tries the
 * next pod, so that no connection is lost during a rolling update or when a pod dies. UDP goes
 * through it too, since clients of the kernel's NAT keep sending to the address of a pod that is
 * gone. The price: pods see connections through a Service as coming from this node, and connections
 * end with the agent.
 */
export class ServiceProxy implements Disposable {
  readonly #objects: Objects;
  readonly #endpoints: ServiceEndpoints;
  readonly #nodeAddresses: readonly string[];
  readonly #log: Log;
  readonly #connections = new OpenConnections();
  /** By Service, then by address, port and protocol. */
  readonly #open = new Map<string, Map<string, OpenPort>>();
  /** By Service, then by the port's name and protocol. */
  readonly #balancers = new Map<string, Map<string, Balancer>>();
  readonly #stack = new DisposableStack();

  constructor({ objects, endpoints, nodeAddresses, log }: ServiceProxyOptions) {
    this.#objects = objects;
    this.#endpoints = endpoints;
    this.#nodeAddresses = nodeAddresses;
    this.#log = log;
    const reconcile = (key: ObjectKey) => this.#reconcile(key);
    const controller = this.#stack.use(new Controller('ports of service', reconcile, log));
    const stops = [
      objects.listen(services, ({ object }) => controller.enqueue(keyOf(object))),
      endpoints.listen((service) => controller.enqueue(service)),
      objects.listen(pods, ({ type, object }) => {
        const address = object.status?.podIP;
        if (type === 'DELETED' && address) this.#connections.drop(address);
      }),
    ];
    for (const stop of stops) this.#stack.defer(stop);
    for (const service of objects.list(services)) controller.enqueue(keyOf(service));
  }

  /** Takes a connection to a port of a Service that came in elsewhere. See `forwardTcp`. */
  forward(client: Duplex, address: string, service: ObjectKey, port: ServicePort): void {
    const balancer = this.#balancer(service, port);
    forwardTcp(client, address, { balancer, connections: this.#connections }).catch((error) => {
      this.#log(`forwarding a connection to service ${keyText(service)}`, error);
      client.destroy();
    });
  }

  [Symbol.dispose](): void {
    this.#stack.dispose();
    for (const ports of this.#open.values()) for (const port of ports.values()) port.close();
    this.#open.clear();
    this.#connections.dropAll();
  }

  async #reconcile(key: ObjectKey): Promise<void> {
    const service = this.#objects.get(services, key);
    const wanted = new Map(
      (service ? this.#wantedPorts(key, service) : []).map((port) => [portKey(port), port]),
    );
    const open = this.#open.get(keyText(key)) ?? new Map<string, OpenPort>();
    this.#open.set(keyText(key), open);
    for (const [name, port] of open) {
      const want = wanted.get(name);
      if (want && want.servicePort.name === port.name) continue;
      open.delete(name);
      port.close();
    }
    const failures: unknown[] = [];
    for (const [name, want] of wanted) {
      if (open.has(name)) continue;
      try {
        const { close } = await this.#listen(key, want);
        open.set(name, { close, name: want.servicePort.name });
      } catch (error) {
        failures.push(error);
        if (service) await this.#report(service, want, error);
      }
    }
    if (open.size === 0) this.#open.delete(keyText(key));
    if (service === undefined) this.#balancers.delete(keyText(key));
    // The controller tries again.
    if (failures.length > 0) throw failures[0];
  }

  /** Ports without an endpoint stay closed, so that clients are refused at once. */
  #wantedPorts(service: ObjectKey, { spec }: Stored<Service>): WantedPort[] {
    const { clusterIP, ports = [], type } = spec ?? {};
    if (!clusterIP || clusterIP === 'None' || type === 'ExternalName') return [];
    // The API answers at its own Service's address itself.
    if (this.#nodeAddresses.includes(clusterIP)) return [];
    return ports
      .filter((port) => this.#endpoints.backends(service, port).length > 0)
      .flatMap((servicePort) => {
        const { port, nodePort } = servicePort;
        const onNode =
          nodePort === undefined
            ? []
            : this.#nodeAddresses.map((address) => ({ address, port: nodePort, servicePort }));
        return [{ address: clusterIP, port, servicePort }, ...onNode];
      });
  }

  #listen(service: ObjectKey, want: WantedPort): Promise<PortListener> {
    const { servicePort } = want;
    if (servicePort.protocol === 'UDP') {
      return listenUdp(want, { balancer: this.#balancer(service, servicePort) });
    }
    if (servicePort.protocol === 'SCTP') {
      return Promise.reject(new Error('Berth supports TCP and UDP, but not SCTP.'));
    }
    return listenTcp(want, (client) =>
      this.forward(client, client.remoteAddress ?? '', service, servicePort),
    );
  }

  /** All listeners of one port share it, so that they balance together. */
  #balancer(service: ObjectKey, port: ServicePort): Balancer {
    const balancers = this.#balancers.get(keyText(service)) ?? new Map<string, Balancer>();
    this.#balancers.set(keyText(service), balancers);
    const key = `${port.name ?? ''}/${port.protocol ?? 'TCP'}`;
    const balancer =
      balancers.get(key) ??
      new Balancer(
        () => this.#endpoints.backends(service, port),
        () => affinityMs(this.#objects.get(services, service)),
      );
    balancers.set(key, balancer);
    return balancer;
  }

  async #report(service: Stored<Service>, want: WantedPort, error: unknown): Promise<void> {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `Can't open ${portKey(want)}: ${reason}`;
    await recordEvent(this.#objects, service, { type: 'Warning', reason: 'PortNotOpen', message });
  }
}

function portKey({ address, port, servicePort: { protocol = 'TCP' } }: WantedPort): string {
  return `${address}:${port}/${protocol}`;
}

/** Three hours are Kubernetes' default. */
function affinityMs(service: Stored<Service> | undefined): number | undefined {
  const { sessionAffinity, sessionAffinityConfig } = service?.spec ?? {};
  if (sessionAffinity !== 'ClientIP') return undefined;
  return (sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10_800) * 1000;
}
