import { HostError } from '../../base/errors.ts';
import type { KubeClient } from '../client/kube-client.ts';
import { objectPath } from '../client/resources.ts';
import { berthKube } from '../contexts/berth-kube.ts';
import { workloadSchema } from '../objects/workload.ts';
import type { NamedWorkload, Revision } from './revisions.ts';

const MERGE = 'application/merge-patch+json';
const RESTARTABLE = ['Deployment', 'StatefulSet', 'DaemonSet'];
const SCALABLE = ['Deployment', 'StatefulSet', 'ReplicaSet', 'ReplicationController'];

/** Whether workloads of a kind have a number of pods that can be set. */
export const isScalable = (kind: string): boolean => SCALABLE.includes(kind);

/** Replaces all pods, as a rolling update does. */
export async function restartWorkload(client: KubeClient, workload: NamedWorkload): Promise<void> {
  const { resource, name } = workload;
  requireKind(workload, RESTARTABLE, 'restarted');
  const current = workloadSchema.parse(await client.json('GET', pathOf(workload)));
  if (current.spec.paused) {
    throw new HostError('invalid', `${resource.kind} "${name}" is paused`, {
      hint: `Resume it first: ${berthKube(client.context, workload.namespace)} rollout resume ${resource.kind.toLowerCase()}/${name}`,
      appHint: 'Set `paused: false` in its YAML first.',
    });
  }
  const at = `${new Date().toISOString().slice(0, 19)}Z`;
  // kubectl's annotation, so that both show the same history.
  const annotations = { 'kubectl.kubernetes.io/restartedAt': at };
  const body = { spec: { template: { metadata: { annotations } } } };
  await client.json('PATCH', pathOf(workload), { type: MERGE, body });
}

export async function pauseWorkload(
  client: KubeClient,
  workload: NamedWorkload,
  paused: boolean,
): Promise<void> {
  requireKind(workload, ['Deployment'], paused ? 'paused' : 'resumed');
  await client.json('PATCH', pathOf(workload), { type: MERGE, body: { spec: { paused } } });
}

export async function scaleWorkload(
  client: KubeClient,
  workload: NamedWorkload,
  replicas: number,
): Promise<void> {
  requireKind(workload, SCALABLE, 'scaled');
  const path = `${pathOf(workload)}/scale`;
  await client.json('PATCH', path, { type: MERGE, body: { spec: { replicas } } });
}

export async function restoreRevision(
  client: KubeClient,
  workload: NamedWorkload,
  { patch, type }: Revision,
): Promise<void> {
  await client.json('PATCH', pathOf(workload), { type, body: patch });
}

const pathOf = ({ resource, name, namespace }: NamedWorkload) =>
  objectPath(resource, name, namespace);

function requireKind(
  { resource, name }: NamedWorkload,
  kinds: readonly string[],
  done: string,
): void {
  if (kinds.includes(resource.kind)) return;
  throw new HostError('invalid', `${resource.kind} "${name}" can't be ${done}`, {
    hint: `Only these kinds can: ${kinds.join(', ')}`,
  });
}
