import type { PolicyRule } from 'kubernetes-types/rbac/v1.js';
import { accessReviews, podMetrics, resources, tokenReviews } from '../objects/resources.ts';

const READ = ['get', 'list', 'watch'];
const WRITE = ['create', 'update', 'patch', 'delete', 'deletecollection'];
const ACCESS = 'rbac.authorization.k8s.io';

const groups = [...new Set(resources.map(({ group }) => group))].filter((each) => each !== ACCESS);

/** The objects of a namespace that are neither secret nor about access. */
const ordinary = resources.filter(
  ({ isNamespaced, group, kind }) => isNamespaced && group !== ACCESS && kind !== 'Secret',
);

/** Only the cluster writes them: who changes endpoints redirects the Services of others. */
const CLUSTERS_OWN = ['Endpoints', 'EndpointSlice', 'Event', 'ControllerRevision'];

const names = ordinary.flatMap(({ plural }) => [plural, `${plural}/scale`]);
const statuses = ordinary.map(({ plural }) => `${plural}/status`);
const writable = ordinary
  .filter(({ kind }) => !CLUSTERS_OWN.includes(kind))
  .flatMap(({ plural }) => [plural, `${plural}/scale`]);

const view: PolicyRule[] = [
  { apiGroups: groups, resources: [...names, ...statuses, 'pods/log', 'namespaces'], verbs: READ },
  { apiGroups: [podMetrics.group], resources: [podMetrics.plural], verbs: READ },
];

const edit: PolicyRule[] = [
  ...view,
  { apiGroups: groups, resources: [...writable, 'secrets'], verbs: WRITE },
  { apiGroups: [''], resources: ['secrets'], verbs: READ },
  {
    apiGroups: [''],
    resources: ['pods/exec', 'pods/attach', 'pods/portforward', 'pods/eviction'],
    verbs: ['get', 'create'],
  },
  { apiGroups: [''], resources: ['serviceaccounts/token'], verbs: ['create'] },
];

const admin: PolicyRule[] = [
  ...edit,
  { apiGroups: [ACCESS], resources: ['roles', 'rolebindings'], verbs: [...READ, ...WRITE] },
];

const ROLES: Readonly<Record<string, PolicyRule[]>> = {
  ...{ view, edit, admin },
  // For servers that let the cluster check who calls them.
  'system:auth-delegator': [tokenReviews, accessReviews].map(({ group, plural }) => ({
    ...{ apiGroups: [group], resources: [plural], verbs: ['create'] },
  })),
  'cluster-admin': [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }],
};

/** The rules of a ClusterRole that every cluster has. */
export function builtInRole(name: string): PolicyRule[] | undefined {
  return Object.hasOwn(ROLES, name) ? ROLES[name] : undefined;
}
