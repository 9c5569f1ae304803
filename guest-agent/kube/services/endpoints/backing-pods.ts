import type { ObjectReference, Pod, Service } from 'kubernetes-types/core/v1.js';
import type { Stored } from '../../objects/kube-object.ts';
import {
  hasAddress,
  isServing,
  isTerminating,
  selects,
  type TargetPort,
  targetPorts,
} from './ready-pods.ts';

/** A pod behind a Service, with the Service's ports as that pod has them. */
export interface BackingPod {
  readonly address: string;
  /** Gets new connections. */
  readonly isReady: boolean;
  /** Could answer, but may be ending. */
  readonly isServing: boolean;
  readonly isTerminating: boolean;
  readonly ports: readonly TargetPort[];
  readonly nodeName: string | undefined;
  /** The pod's own name below the Service's, as pods of a StatefulSet have. */
  readonly hostname: string | undefined;
  readonly pod: ObjectReference;
}

/** The pods behind a Service, in order of their names. Empty for a Service without a selector. */
export function backingPods(service: Stored<Service>, pods: readonly Stored<Pod>[]): BackingPod[] {
  const { selector = {}, ports = [], publishNotReadyAddresses = false, type } = service.spec ?? {};
  if (Object.keys(selector).length === 0 || type === 'ExternalName') return [];
  return (
    pods
      .filter(({ metadata }) => selects(selector, metadata.labels))
      .filter(hasAddress)
      .map((pod) => {
        const serving = isServing(pod) || publishNotReadyAddresses;
        const terminating = isTerminating(pod);
        const { hostname, subdomain, nodeName } = pod.spec ?? {};
        const { name, namespace, uid } = pod.metadata;
        return {
          address: pod.status?.podIP ?? '',
          isReady: publishNotReadyAddresses || (serving && !terminating),
          isServing: serving,
          isTerminating: terminating,
          ports: targetPorts(ports, pod),
          nodeName,
          hostname: hostname && subdomain === service.metadata.name ? hostname : undefined,
          pod: { kind: 'Pod', name, uid, ...(namespace === undefined ? {} : { namespace }) },
        };
      })
      // Without ports, only a headless Service has endpoints: its name leads to all addresses.
      .filter((backing) => backing.ports.length > 0 || ports.length === 0)
  );
}

/** Groups pods by the numbers of their ports. Most Services have one group. */
export function byPorts(backing: readonly BackingPod[]): BackingPod[][] {
  return [...Map.groupBy(backing, ({ ports }) => JSON.stringify(ports)).values()];
}
