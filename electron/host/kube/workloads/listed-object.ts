import type { ListedObject } from '../../../api/kube/workloads.ts';
import type { KubeObject } from '../objects/kube-object.ts';
import {
  isReady,
  type Pod,
  podProblems,
  podSchema,
  podState,
  readyCount,
  restarts,
} from '../objects/pod.ts';
import { templateContainers, type Workload, workloadSchema } from '../objects/workload.ts';
import { isScalable } from './change-workload.ts';
import { rolloutState } from './rollout-state.ts';

/** The kinds of workloads. */
export const WORKLOAD_KINDS = [
  ...['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob', 'Job', 'ReplicaSet'],
];

/** Workloads and pods, each with what it owns below it. Each object has its kind. */
export function listObjectTree(
  found: readonly KubeObject[],
  podObjects: readonly KubeObject[],
): ListedObject[] {
  const workloads = found.map((item) => workloadSchema.parse(item));
  const pods = podObjects.map((pod) => podSchema.parse(pod));
  const children = new Map<string, (Workload | Pod)[]>();
  const known = new Set(workloads.map(({ metadata }) => metadata.uid));
  const roots: (Workload | Pod)[] = [];
  for (const object of [...workloads, ...pods]) {
    const owner = ownerOf(object);
    if (owner === undefined || !known.has(owner)) roots.push(object);
    else children.set(owner, [...(children.get(owner) ?? []), object]);
  }
  const rows = (object: Workload | Pod, depth: number, owner?: Owner): ListedObject[] => {
    const below = children.get(object.metadata.uid) ?? [];
    // A Deployment's ReplicaSets are of no interest here: their pods stand below the Deployment.
    const isHidden = object.kind === 'ReplicaSet' && depth > 0;
    const own = isHidden ? owner : { kind: object.kind ?? '', name: object.metadata.name };
    const inner = below.flatMap((each) => rows(each, isHidden ? depth : depth + 1, own));
    return isHidden ? inner : [{ ...rowOf(object, depth), ...(owner && { owner }) }, ...inner];
  };
  return roots.sort(byNamespace).flatMap((object) => rows(object, 0));
}

type Owner = NonNullable<ListedObject['owner']>;

const ownerOf = ({ metadata }: KubeObject) =>
  (metadata.ownerReferences ?? []).find(({ controller }) => controller)?.uid;

const byNamespace = (a: KubeObject, b: KubeObject) =>
  (a.metadata.namespace ?? '').localeCompare(b.metadata.namespace ?? '');

function rowOf(object: Workload | Pod, depth: number): ListedObject {
  const { kind = '', metadata } = object;
  const common = {
    ...{ kind, name: metadata.name, namespace: metadata.namespace ?? '', depth },
    created: metadata.creationTimestamp ?? '',
  };
  if (kind === 'Pod') {
    const pod = podSchema.parse(object);
    return {
      ...common,
      ...{ ready: readyCount(pod), status: podState(pod), restarts: restarts(pod) },
      images: pod.spec.containers.map(({ image }) => image),
      isHealthy: isReady(pod) || pod.status.phase === 'Succeeded',
      ...{ node: pod.spec.nodeName ?? '', address: pod.status.podIP ?? '' },
      problem: problemOf(pod),
      containers: [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].map(
        ({ name }) => name,
      ),
      ports: pod.spec.containers.flatMap(({ ports }) =>
        (ports ?? []).map(({ containerPort }) => containerPort),
      ),
    };
  }
  const workload = workloadSchema.parse(object);
  const { isDone, failure, text } = rolloutState(workload);
  return {
    ...common,
    ...{ ready: readyOf(workload), status: statusOf(workload, isDone, failure ?? text) },
    images: templateContainers(workload).flatMap(({ image }) => image ?? []),
    ...{ isHealthy: isDone, restarts: 0, node: '', address: '' },
    ...{ problem: failure ?? '', containers: [], ports: [] },
    ...(isScalable(kind) && { replicas: workload.spec.replicas ?? 1 }),
  };
}

function problemOf(pod: Pod): string {
  const [first] = podProblems(pod);
  return first?.message.trim().split('\n')[0] ?? '';
}

function readyOf({ kind, spec, status }: Workload): string {
  switch (kind) {
    case 'DaemonSet':
      return `${status.numberReady ?? 0}/${status.desiredNumberScheduled ?? 0}`;
    case 'Job':
      return `${status.succeeded ?? 0}/${spec.completions ?? 1}`;
    case 'CronJob':
      return '';
    default:
      return `${status.readyReplicas ?? 0}/${spec.replicas ?? 1}`;
  }
}

function statusOf({ kind, spec }: Workload, isDone: boolean, text: string): string {
  if (kind === 'CronJob') return spec.suspend ? 'Suspended' : (spec.schedule ?? '');
  if (kind === 'Job') return text;
  return isDone ? (spec.paused ? 'Paused' : 'Running') : text;
}
