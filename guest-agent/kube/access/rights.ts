import type {
  ClusterRole,
  ClusterRoleBinding,
  PolicyRule,
  Role,
  RoleBinding,
} from 'kubernetes-types/rbac/v1.js';
import type { Action, Rights } from '../api/rights.ts';
import { KubeError } from '../kube-error.ts';
import type { KubeObject } from '../objects/kube-object.ts';
import type { Objects } from '../objects/objects.ts';
import { type Resource, resourceName } from '../objects/resource.ts';
import { clusterRoleBindings, clusterRoles, roleBindings, roles } from '../objects/resources.ts';
import { holdsAll, isAllowed, isMaster, rulesFor, rulesOf } from './authorize.ts';
import type { User } from './user.ts';

/** The rights of a user, as roles and their bindings say. */
export function rightsOf(objects: Objects, user: User): Rights {
  return {
    user: user.name,
    groups: user.groups,
    mayAll: isMaster(user),
    rules: (namespace) => rulesFor(objects, user, namespace),
    may: (action) => isAllowed(objects, user, action),
    checkGrants: (resource, object) => checkGrants(objects, user, resource, object),
  };
}

/**
 * Nobody can give more rights than they have: otherwise the right to create roles or bindings would
 * be the right to do everything. The verbs `escalate` and `bind` are exceptions, as in Kubernetes.
 */
function checkGrants(objects: Objects, user: User, resource: Resource, object: KubeObject): void {
  const granted = grantOf(objects, resource, object);
  if (granted === undefined) return;
  const namespace = resource.isNamespaced ? object.metadata?.namespace : undefined;
  if (isAllowed(objects, user, { ...granted.exception, namespace })) return;
  if (granted.rules && holdsAll(objects, user, granted.rules, namespace)) return;
  const name = object.metadata?.name ?? '';
  throw new KubeError(
    'Forbidden',
    `${resourceName(resource)} "${name}" is forbidden: user "${user.name}" is attempting to grant RBAC permissions not currently held`,
    { objectName: name },
  );
}

interface Grant {
  /** Undefined if the role doesn't exist yet. */
  readonly rules: readonly PolicyRule[] | undefined;
  /** What allows the grant without the rules. */
  readonly exception: Action;
}

function grantOf(objects: Objects, resource: Resource, object: KubeObject): Grant | undefined {
  const { group } = roles;
  const { name, namespace } = object.metadata ?? {};
  if (resource === roles || resource === clusterRoles) {
    const { rules = [] }: Role | ClusterRole = object as Role;
    return { rules, exception: { verb: 'escalate', group, resource: resource.plural, name } };
  }
  if (resource === roleBindings || resource === clusterRoleBindings) {
    const { roleRef }: RoleBinding | ClusterRoleBinding = object as RoleBinding;
    const { plural } = roleRef.kind === 'ClusterRole' ? clusterRoles : roles;
    const exception = { verb: 'bind', group, resource: plural, name: roleRef.name };
    return { rules: rulesOf(objects, roleRef, namespace), exception };
  }
  return undefined;
}
