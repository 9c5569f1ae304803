import { HostError } from '../../base/errors.ts';
import { unlessNotFound } from '../client/api-error.ts';
import type { KubeClient, KubeQuery } from '../client/kube-client.ts';
import { listObjects } from '../client/list-objects.ts';
import {
  builtInResource,
  type KubeResource,
  type KubeResources,
  listPath,
  objectPath,
} from '../client/resources.ts';
import { isReady, type Pod, podSchema } from '../objects/pod.ts';
import { serviceSchema } from '../objects/service.ts';
import { selectorText, workloadSchema } from '../objects/workload.ts';

/** Which pods a command is about. */
export interface PodTarget {
  readonly namespace: string;
  readonly query: KubeQuery;
  /** For messages: `pod "web"`, `deployment "web"`. */
  readonly what: string;
  /** Whether the user named one pod. */
  readonly isSingle: boolean;
}

/** Kinds that a name without a kind may mean, after a pod. */
const GUESSES = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job'];

/** The pods with labels. */
export function podsWithLabels(namespace: string, labelSelector: string): PodTarget {
  const what = `pods with the labels ${labelSelector}`;
  return { namespace, query: { labelSelector }, what, isSingle: false };
}

/**
 * The pods that a user names: `POD`, `deploy/NAME`, `svc/NAME`, or the name of a workload. Rejects
 * with HostError 'invalid' if the object doesn't exist.
 */
export async function podTarget(
  client: KubeClient,
  resources: KubeResources,
  namespace: string,
  reference: string,
): Promise<PodTarget> {
  const [kind = '', name] = reference.split('/');
  if (name !== undefined) {
    const resource = await resources.named(kind);
    if (resource.kind === 'Pod') return singlePod(namespace, name);
    const found = await readTarget(client, resource, namespace, name);
    if (found) return found;
    throw new HostError('invalid', `${resource.plural} "${name}" not found in "${namespace}"`);
  }
  const path = objectPath(builtInResource('Pod'), reference, namespace);
  const pod = await client.json('GET', path).catch(unlessNotFound);
  if (pod !== undefined) return singlePod(namespace, reference);
  for (const guess of GUESSES) {
    const found = await readTarget(client, builtInResource(guess), namespace, reference);
    if (found) return found;
  }
  throw new HostError('invalid', `pod "${reference}" doesn't exist in namespace "${namespace}"`, {
    hint: 'List pods with `berth kube ps`. Choose others with --namespace and --context.',
    appHint: 'Choose a pod of the list.',
  });
}

function singlePod(namespace: string, name: string): PodTarget {
  const query = { fieldSelector: `metadata.name=${name}` };
  return { namespace, query, what: `pod "${name}"`, isSingle: true };
}

async function readTarget(
  client: KubeClient,
  resource: KubeResource,
  namespace: string,
  name: string,
): Promise<PodTarget | undefined> {
  const path = objectPath(resource, name, namespace);
  const answer = await client.json('GET', path).catch(unlessNotFound);
  if (answer === undefined) return undefined;
  const what = `${resource.kind.toLowerCase()} "${name}"`;
  const labelSelector =
    resource.kind === 'Service'
      ? Object.entries(serviceSchema.parse(answer).spec.selector ?? {})
          .map(([key, value]) => `${key}=${value}`)
          .join(',')
      : selectorText(workloadSchema.parse(answer));
  if (labelSelector) return { namespace, query: { labelSelector }, what, isSingle: false };
  throw new HostError('invalid', `${what} doesn't select pods`);
}

/** The pods of a target, the oldest first. */
export async function listPods(
  client: KubeClient,
  { namespace, query }: PodTarget,
  signal?: AbortSignal,
): Promise<Pod[]> {
  const path = listPath(builtInResource('Pod'), namespace);
  const { items } = await listObjects(client, path, query, signal);
  return items.map((item) => podSchema.parse(item)).sort((a, b) => age(a) - age(b));
}

/**
 * The newest pod of a target that is ready, or else one that runs. Rejects with HostError 'invalid' if
 * there is none.
 */
export async function readyPod(
  client: KubeClient,
  target: PodTarget,
  signal?: AbortSignal,
): Promise<Pod> {
  const pods = await listPods(client, target, signal);
  const usable = pods.filter(({ metadata }) => !metadata.deletionTimestamp);
  const found = usable.findLast(isReady) ?? usable.find(({ status }) => status.phase === 'Running');
  if (found) return found;
  throw new HostError('invalid', `${target.what} has no running pod`, {
    hint: 'Check its pods with `berth kube ps`.',
    appHint: 'Check the states of its pods.',
  });
}

const age = ({ metadata }: Pod) => Date.parse(metadata.creationTimestamp ?? '') || 0;
