import type { Pod, ServicePort } from 'kubernetes-types/core/v1.js';
import type { Stored } from '../../objects/kube-object.ts';

/** A port of a Service as it is in the containers of one pod. */
export interface TargetPort {
  readonly name: string | undefined;
  readonly port: number;
  readonly protocol: string;
  readonly appProtocol: string | undefined;
}

/** Whether all labels of a Service's selector are among a pod's. */
export function selects(
  selector: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>> = {},
): boolean {
  return Object.entries(selector).every(([name, value]) => labels[name] === value);
}

/** A pod that has ended keeps its address in its status, but nobody answers there. */
export function hasAddress({ status }: Stored<Pod>): boolean {
  return Boolean(status?.podIP) && status?.phase !== 'Succeeded' && status?.phase !== 'Failed';
}

/** The readiness that the pod's runner has found, also while the pod is ending. */
export function isServing({ status }: Stored<Pod>): boolean {
  return (status?.conditions ?? []).some(
    ({ type, status: value }) => type === 'Ready' && value === 'True',
  );
}

export const isTerminating = ({ metadata }: Stored<Pod>) =>
  metadata.deletionTimestamp !== undefined;

/**
 * The ports of a Service in a pod. A port that the pod doesn't have by the name of `targetPort` is
 * omitted, as in Kubernetes: pods of one Service may give different numbers to one name.
 */
export function targetPorts(ports: readonly ServicePort[], pod: Stored<Pod>): TargetPort[] {
  return ports.flatMap(({ name, port, protocol = 'TCP', targetPort = port, appProtocol }) => {
    const number =
      typeof targetPort === 'number' ? targetPort : namedPort(pod, targetPort, protocol);
    return number === undefined ? [] : [{ name, port: number, protocol, appProtocol }];
  });
}

function namedPort(pod: Stored<Pod>, name: string, protocol: string): number | undefined {
  // Stored manifests may have quoted the number.
  if (/^\d+$/.test(name)) return Number(name);
  const { containers = [], initContainers = [] } = pod.spec ?? {};
  const sidecars = initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always');
  return [...containers, ...sidecars]
    .flatMap(({ ports = [] }) => ports)
    .find((port) => port.name === name && (port.protocol ?? 'TCP') === protocol)?.containerPort;
}
