import { apiVersionOf, type Resource } from '../objects/resource.ts';
import {
  answeredResources,
  metricResources,
  pods,
  resources,
  reviewResources,
  serviceAccounts,
} from '../objects/resources.ts';

const VERBS = [
  ...['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
];

function verbsOf(resource: Resource): readonly string[] {
  if (reviewResources.includes(resource)) return ['create'];
  return metricResources.includes(resource) ? ['get', 'list'] : VERBS;
}

interface Subresource {
  readonly name: string;
  readonly verbs: readonly string[];
  /** The kind of its objects, if that isn't the resource's. */
  readonly kind?: { readonly group: string; readonly version: string; readonly kind: string };
}

const scalable = ['Deployment', 'ReplicaSet', 'StatefulSet'];
const scale = { group: 'autoscaling', version: 'v1', kind: 'Scale' };
const token = { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest' };
const stream = (name: string, kind: string): Subresource => ({
  ...{ name, verbs: ['create', 'get'], kind: { group: '', version: 'v1', kind } },
});
const podSubresources: readonly Subresource[] = [
  stream('attach', 'PodAttachOptions'),
  { ...stream('eviction', 'Eviction'), kind: { group: 'policy', version: 'v1', kind: 'Eviction' } },
  { name: 'ephemeralcontainers', verbs: ['get', 'patch', 'update'] },
  stream('exec', 'PodExecOptions'),
  { name: 'log', verbs: ['get'] },
  stream('portforward', 'PodPortForwardOptions'),
];

export function subresourcesOf(resource: Resource): Subresource[] {
  return [
    ...(resource === pods ? podSubresources : []),
    ...(resource === serviceAccounts ? [{ name: 'token', verbs: ['create'], kind: token }] : []),
    ...(scalable.includes(resource.kind)
      ? [{ name: 'scale', verbs: ['get', 'patch', 'update'], kind: scale }]
      : []),
    ...(resource.hasStatus ? [{ name: 'status', verbs: ['get', 'patch', 'update'] }] : []),
  ];
}

const offered = [...resources, ...answeredResources];

const groups = [...new Set(offered.map(({ group }) => group))];

/** Each group has one version. */
const versionOf = (group: string) =>
  offered.find((resource) => resource.group === group)?.version ?? 'v1';

/** The answers of the paths that tell what the API offers. Undefined for other paths. */
export function discovery(path: string, accept: string): object | undefined {
  const isAggregated = /g=apidiscovery\.k8s\.io;v=v2;as=APIGroupDiscoveryList/.test(accept);
  if (path === '/api') {
    return isAggregated ? aggregated(['']) : { kind: 'APIVersions', versions: ['v1'] };
  }
  const named = groups.filter((group) => group !== '');
  if (path === '/apis') {
    if (isAggregated) return aggregated(named);
    return { kind: 'APIGroupList', apiVersion: 'v1', groups: named.map(groupOf) };
  }
  const [, root, first = '', second] = path.split('/');
  if (root === 'api' && first === 'v1' && second === undefined) return resourceList('', 'v1');
  if (root !== 'apis' || !named.includes(first)) return undefined;
  if (second === undefined) return { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(first) };
  const isVersion = second === versionOf(first) && path.split('/').length === 4;
  return isVersion ? resourceList(first, second) : undefined;
}

function groupOf(group: string) {
  const known = versionOf(group);
  const version = { groupVersion: `${group}/${known}`, version: known };
  return { name: group, versions: [version], preferredVersion: version };
}

const inGroup = (group: string) => offered.filter((resource) => resource.group === group);

function resourceList(group: string, version: string) {
  const list = inGroup(group).flatMap((resource) => [
    {
      ...{ name: resource.plural, singularName: resource.kind.toLowerCase() },
      ...{ namespaced: resource.isNamespaced, kind: resource.kind, verbs: verbsOf(resource) },
      ...(resource.shortNames.length > 0 ? { shortNames: resource.shortNames } : {}),
      ...(resource.categories.length > 0 ? { categories: resource.categories } : {}),
    },
    ...subresourcesOf(resource).map(({ name, verbs, kind }) => ({
      ...{ name: `${resource.plural}/${name}`, singularName: '' },
      ...{ namespaced: resource.isNamespaced, ...(kind ?? { kind: resource.kind }), verbs },
    })),
  ]);
  return {
    ...{ kind: 'APIResourceList', apiVersion: 'v1' },
    ...{ groupVersion: apiVersionOf({ group, version }), resources: list },
  };
}

/** Everything in one answer, which newer clients ask for. */
function aggregated(names: readonly string[]) {
  const items = names.map((group) => ({
    metadata: group === '' ? { creationTimestamp: null } : { name: group, creationTimestamp: null },
    versions: [
      {
        version: versionOf(group),
        resources: inGroup(group).map(described),
        freshness: 'Current',
      },
    ],
  }));
  return {
    ...{ kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {} },
    items,
  };
}

function described(resource: Resource) {
  const { group, version, kind, plural, isNamespaced, shortNames, categories } = resource;
  const subresources = subresourcesOf(resource).map(({ name, verbs, kind: other }) => ({
    ...{ subresource: name, responseKind: other ?? { group, version, kind }, verbs },
  }));
  return {
    ...{ resource: plural, responseKind: { group, version, kind } },
    ...{ scope: isNamespaced ? 'Namespaced' : 'Cluster', singularResource: kind.toLowerCase() },
    verbs: verbsOf(resource),
    ...(shortNames.length > 0 ? { shortNames } : {}),
    ...(categories.length > 0 ? { categories } : {}),
    ...(subresources.length > 0 ? { subresources } : {}),
  };
}
