import * as z from 'zod';
import { HostError } from '../../base/errors.ts';
import { isNotFound } from './api-error.ts';
import type { KubeClient } from './kube-client.ts';

/** A kind of objects, and its address in the API. */
export interface KubeResource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  readonly isNamespaced: boolean;
}

const listSchema = z.looseObject({
  resources: z.array(
    z.looseObject({
      name: z.string(),
      kind: z.string(),
      namespaced: z.boolean(),
      singularName: z.string().default(''),
      shortNames: z.array(z.string()).nullish(),
    }),
  ),
});
type ListedResource = z.output<typeof listSchema>['resources'][number];

const groupsSchema = z.looseObject({
  groups: z.array(
    z.looseObject({
      name: z.string(),
      preferredVersion: z.looseObject({ groupVersion: z.string() }),
    }),
  ),
});

/** Names of kinds that every cluster has, so that finding them needs no request. */
const BUILT_IN: readonly (readonly [string, string, string, ...string[]])[] = [
  ['v1', 'Pod', 'pods', 'po', 'pod'],
  ['v1', 'Service', 'services', 'svc', 'service'],
  ['v1', 'ConfigMap', 'configmaps', 'cm', 'configmap'],
  ['v1', 'Secret', 'secrets', 'secret'],
  ['v1', 'PersistentVolumeClaim', 'persistentvolumeclaims', 'pvc', 'persistentvolumeclaim'],
  ['apps/v1', 'Deployment', 'deployments', 'deploy', 'deployment'],
  ['apps/v1', 'StatefulSet', 'statefulsets', 'sts', 'statefulset'],
  ['apps/v1', 'DaemonSet', 'daemonsets', 'ds', 'daemonset'],
  ['apps/v1', 'ReplicaSet', 'replicasets', 'rs', 'replicaset'],
  ['batch/v1', 'Job', 'jobs', 'job'],
  ['batch/v1', 'CronJob', 'cronjobs', 'cj', 'cronjob'],
  ['networking.k8s.io/v1', 'Ingress', 'ingresses', 'ing', 'ingress'],
];

const builtIn = BUILT_IN.map(([apiVersion, kind, plural, ...names]) => ({
  resource: { apiVersion, kind, plural, isNamespaced: true },
  names: [plural, ...names],
}));

/** A kind that every cluster has. */
export function builtInResource(kind: string): KubeResource {
  const found = builtIn.find(({ resource }) => resource.kind === kind);
  if (!found) throw new TypeError(`${kind} isn't a built-in kind`);
  return found.resource;
}

/** Asks a cluster for its kinds, once for each version of a group. */
export class KubeResources {
  readonly #client: KubeClient;
  readonly #lists = new Map<string, Promise<readonly ListedResource[]>>();

  constructor(client: KubeClient) {
    this.#client = client;
  }

  /** The kind of a manifest. Rejects with HostError 'invalid' if the cluster doesn't have it. */
  async ofKind(apiVersion: string, kind: string): Promise<KubeResource> {
    const known = builtIn.find(
      ({ resource }) => resource.kind === kind && resource.apiVersion === apiVersion,
    );
    if (known) return known.resource;
    const found = (await this.#list(apiVersion)).find(
      (each) => each.kind === kind && !each.name.includes('/'),
    );
    if (found) return resourceOf(apiVersion, found);
    throw new HostError('invalid', `the cluster has no kind "${kind}" in ${apiVersion}`, {
      hint: 'Check apiVersion and kind. A kind of an operator needs its CustomResourceDefinition first.',
    });
  }

  /** The kind that a user names: `deploy`, `deployment`, `deployments.apps`. */
  async named(word: string): Promise<KubeResource> {
    const wanted = word.toLowerCase();
    const known = builtIn.find(({ names }) => names.includes(wanted));
    if (known) return known.resource;
    const [name = '', ...rest] = wanted.split('.');
    const group = rest.join('.');
    for (const version of await this.#versions(group)) {
      const found = (await this.#list(version)).find(
        (each) =>
          !each.name.includes('/') &&
          [
            each.name,
            each.singularName,
            each.kind.toLowerCase(),
            ...(each.shortNames ?? []),
          ].includes(name),
      );
      if (found) return resourceOf(version, found);
    }
    throw new HostError('invalid', `the cluster has no kind "${word}"`);
  }

  /** Forgets what it asked: a CustomResourceDefinition was added. */
  forget(): void {
    this.#lists.clear();
  }

  async #versions(group: string): Promise<string[]> {
    const { groups } = groupsSchema.parse(await this.#client.json('GET', '/apis'));
    const versions = groups
      .filter(({ name }) => group === '' || name === group)
      .map(({ preferredVersion }) => preferredVersion.groupVersion);
    return group === '' ? ['v1', ...versions] : versions;
  }

  #list(apiVersion: string): Promise<readonly ListedResource[]> {
    const known = this.#lists.get(apiVersion);
    if (known) return known;
    const list = this.#ask(apiVersion);
    this.#lists.set(apiVersion, list);
    return list;
  }

  async #ask(apiVersion: string): Promise<readonly ListedResource[]> {
    try {
      const answer = await this.#client.json('GET', prefixOf(apiVersion));
      return listSchema.parse(answer).resources;
    } catch (error) {
      if (isNotFound(error)) return [];
      this.#lists.delete(apiVersion);
      throw error;
    }
  }
}

const prefixOf = (apiVersion: string) =>
  apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;

const resourceOf = (apiVersion: string, { kind, name, namespaced }: ListedResource) => ({
  ...{ apiVersion, kind, plural: name, isNamespaced: namespaced },
});

/** The path of a kind's objects. Without a namespace, of all namespaces. */
export function listPath(resource: KubeResource, namespace?: string): string {
  const { apiVersion, plural, isNamespaced } = resource;
  const scope =
    isNamespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${prefixOf(apiVersion)}${scope}/${plural}`;
}

export function objectPath(resource: KubeResource, name: string, namespace?: string): string {
  return `${listPath(resource, namespace)}/${encodeURIComponent(name)}`;
}

/** Where a pod's log is. */
export const podLogPath = ({
  name,
  namespace,
}: {
  readonly name: string;
  readonly namespace?: string | undefined;
}): string => `${objectPath(builtInResource('Pod'), name, namespace)}/log`;
