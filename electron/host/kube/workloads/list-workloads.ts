import { KubeApiError } from '../client/api-error.ts';
import type { KubeClient, KubeQuery } from '../client/kube-client.ts';
import { listObjects } from '../client/list-objects.ts';
import { builtInResource, listPath } from '../client/resources.ts';
import type { KubeObject } from '../objects/kube-object.ts';
import { isReady, type Pod, podSchema, podState, readyCount, restarts } from '../objects/pod.ts';
import { type Workload, workloadSchema } from '../objects/workload.ts';
import { rolloutState } from './rollout-state.ts';

/** A workload or a pod of a list. */
export interface ListedObject {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  /** `2/3`: pods of a workload, containers of a pod. */
  readonly ready: string;
  readonly status: string;
  readonly restarts: number;
  readonly created: string;
  readonly images: readonly string[];
  /** Whether everything runs that should. */
  readonly isHealthy: boolean;
  readonly node: string;
  readonly address: string;
  /** Steps below the object that owns it. */
  readonly depth: number;
}

const KINDS = ['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob', 'Job', 'ReplicaSet'];

/**
 * The workloads of a namespace or of all, each with its pods below it. Kinds that the user isn't
 * allowed to list are skipped; pods must be allowed.
 */
export async function listWorkloads(
  client: KubeClient,
  namespace: string | undefined,
  query: KubeQuery = {},
): Promise<ListedObject[]> {
  const list = async (kind: string) => {
    const { items } = await listObjects(client, listPath(builtInResource(kind), namespace), query);
    return items.map((item) => ({ ...item, kind }));
  };
  const [pods, ...others] = await Promise.all([
    list('Pod'),
    ...KINDS.map((kind) => list(kind).catch(unlessForbidden)),
  ]);
  const workloads = others.flat().map((item) => workloadSchema.parse(item));
  const children = new Map<string, (Workload | Pod)[]>();
  const known = new Set(workloads.map(({ metadata }) => metadata.uid));
  const roots: (Workload | Pod)[] = [];
  for (const object of [...workloads, ...pods.map((pod) => podSchema.parse(pod))]) {
    const owner = ownerOf(object);
    if (owner === undefined || !known.has(owner)) roots.push(object);
    else children.set(owner, [...(children.get(owner) ?? []), object]);
  }
  const rows = (object: Workload | Pod, depth: number): ListedObject[] => {
    const below = children.get(object.metadata.uid) ?? [];
    // A Deployment's ReplicaSets are of no interest here: their pods stand below the Deployment.
    const isHidden = object.kind === 'ReplicaSet' && depth > 0;
    const inner = below.flatMap((each) => rows(each, isHidden ? depth : depth + 1));
    return isHidden ? inner : [rowOf(object, depth), ...inner];
  };
  return roots.sort(byNamespace).flatMap((object) => rows(object, 0));
}

function unlessForbidden(error: unknown): [] {
  if (error instanceof KubeApiError && (error.status === 403 || error.status === 404)) return [];
  throw error;
}

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
    };
  }
  const workload = workloadSchema.parse(object);
  const { isDone, failure, text } = rolloutState(workload);
  const images = workload.spec.template?.spec?.containers ?? [];
  return {
    ...common,
    ...{ ready: readyOf(workload), status: statusOf(workload, isDone, failure ?? text) },
    images: images.flatMap(({ image }) => image ?? []),
    ...{ isHealthy: isDone, restarts: 0, node: '', address: '' },
  };
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
