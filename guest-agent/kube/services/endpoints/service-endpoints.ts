import { isIPv4 } from 'node:net';
import type { Pod } from 'kubernetes-types/core/v1.js';
import type { Endpoint, EndpointSlice } from 'kubernetes-types/discovery/v1.js';
import { whySpecial } from '../../../network/special-addresses.ts';
import { keyText, type ObjectKey, type Stored } from '../../objects/kube-object.ts';
import type { ObjectChange, Objects } from '../../objects/objects.ts';
import { endpointSlices, pods } from '../../objects/resources.ts';
import { SERVICE_NAME_LABEL } from './build-slices.ts';
import { isTerminating } from './ready-pods.ts';

/** An address and a port where something answers for a Service. */
export interface Backend {
  readonly address: string;
  readonly port: number;
}

/** One endpoint of a Service with the ports of its slice. */
export interface ServiceEndpoint {
  readonly address: string;
  readonly hostname: string | undefined;
  readonly ports: NonNullable<EndpointSlice['ports']>;
}

/** An endpoint of a slice, with what its pod is at this moment. */
interface Known {
  readonly endpoint: Endpoint;
  readonly slice: Stored<EndpointSlice>;
  readonly pod: 'running' | 'terminating';
  /** The address that the pod's runner has found. Undefined if a user wrote the endpoint. */
  readonly podIP?: string | undefined;
}

/** All EndpointSlices by the Service that they belong to, for names and for new connections. */
export class ServiceEndpoints implements Disposable {
  readonly #objects: Objects;
  readonly #slices = new Map<string, Map<string, Stored<EndpointSlice>>>();
  readonly #listeners = new Set<(service: ObjectKey) => void>();
  readonly #stop: () => void;

  constructor(objects: Objects) {
    this.#objects = objects;
    this.#stop = objects.listen(endpointSlices, (change) => this.#take(change));
    for (const object of objects.list(endpointSlices)) this.#take({ type: 'ADDED', object });
  }

  /** Calls `listener` after the endpoints of a Service have changed. */
  listen(listener: (service: ObjectKey) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * The endpoints that get new connections. As in Kubernetes, if none is ready, those that are
   * ending but still answer.
   */
  current(service: ObjectKey): ServiceEndpoint[] {
    const known = this.#known(service);
    const ready = known.filter(
      ({ endpoint: { conditions }, pod }) =>
        conditions?.ready !== false && (pod === 'running' || conditions?.terminating === true),
    );
    const ending = () =>
      known.filter(
        ({ endpoint: { conditions }, pod }) =>
          (pod === 'terminating' || conditions?.terminating === true) &&
          conditions?.serving !== false,
      );
    return (ready.length > 0 ? ready : ending()).flatMap(({ endpoint, slice, podIP }) => {
      const [address] = endpoint.addresses;
      if (address === undefined || !isIPv4(address)) return [];
      // Nobody opens the node's own ports to others by writing an endpoint.
      if (address !== podIP && whySpecial(address) !== undefined) return [];
      return { address, hostname: endpoint.hostname, ports: slice.ports ?? [] };
    });
  }

  /** Where new connections to one port of a Service can go. */
  backends(service: ObjectKey, port: { readonly name?: string; protocol?: string }): Backend[] {
    return this.current(service).flatMap(({ address, ports }) => {
      const target = ports.find(
        ({ name, protocol = 'TCP' }) =>
          (name ?? '') === (port.name ?? '') && protocol === (port.protocol ?? 'TCP'),
      );
      return target?.port === undefined ? [] : { address, port: target.port };
    });
  }

  [Symbol.dispose](): void {
    this.#stop();
    this.#listeners.clear();
  }

  /**
   * A pod that is being deleted gets no new connections from that moment on: its runner stops it
   * perhaps before the slice is written.
   */
  #known(service: ObjectKey): Known[] {
    return [...(this.#slices.get(keyText(service))?.values() ?? [])].flatMap((slice) =>
      (slice.endpoints ?? []).flatMap((endpoint) => {
        const { kind, namespace, name, uid } = endpoint.targetRef ?? {};
        // Addresses that a user wrote.
        if (kind !== 'Pod' || name === undefined) return { endpoint, slice, pod: 'running' };
        const key = { name, ...(namespace === undefined ? {} : { namespace }) };
        const pod: Stored<Pod> | undefined = this.#objects.get(pods, key);
        if (pod === undefined || (uid !== undefined && pod.metadata.uid !== uid)) return [];
        const state = isTerminating(pod) ? 'terminating' : 'running';
        return { endpoint, slice, pod: state, podIP: pod.status?.podIP };
      }),
    );
  }

  #take({ type, object }: ObjectChange<EndpointSlice>): void {
    const { name, namespace, labels } = object.metadata;
    const service = labels?.[SERVICE_NAME_LABEL];
    if (service === undefined) return;
    const key = { name: service, ...(namespace === undefined ? {} : { namespace }) };
    const slices = this.#slices.get(keyText(key)) ?? new Map();
    if (type === 'DELETED') slices.delete(name);
    else slices.set(name, object);
    if (slices.size === 0) this.#slices.delete(keyText(key));
    else this.#slices.set(keyText(key), slices);
    for (const listener of this.#listeners) listener(key);
  }
}
