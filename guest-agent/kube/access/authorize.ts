import type { PolicyRule, RoleRef, Subject } from 'kubernetes-types/rbac/v1.js';
import type { Action } from '../api/rights.ts';
import type { Objects } from '../objects/objects.ts';
import { clusterRoleBindings, clusterRoles, roleBindings, roles } from '../objects/resources.ts';
import { builtInRole } from './built-in-roles.ts';
import { accountName, type User } from './user.ts';

/** May do everything, as in any cluster. */
const MASTERS = 'system:masters';

export const isMaster = ({ groups }: User): boolean => groups.includes(MASTERS);

/** Whether the roles that are bound to a user allow an action. */
export function isAllowed(objects: Objects, user: User, action: Action): boolean {
  if (isMaster(user)) return true;
  return rulesFor(objects, user, action.namespace).some((rule) => allows(rule, action));
}

/** Whether a user has all rights that some rules give, in one namespace or everywhere. */
export function holdsAll(
  objects: Objects,
  user: User,
  rules: readonly PolicyRule[],
  namespace: string | undefined,
): boolean {
  return rules.every(({ verbs = [], apiGroups = [], resources = [], resourceNames = [] }) => {
    const names = resourceNames.length === 0 ? [undefined] : resourceNames;
    return verbs.every((verb) =>
      apiGroups.every((group) =>
        resources.every((resource) =>
          names.every((name) =>
            isAllowed(objects, user, { verb, group, resource, namespace, name }),
          ),
        ),
      ),
    );
  });
}

/** The rules of a role. Undefined if it doesn't exist. */
export function rulesOf(
  objects: Objects,
  { kind, name }: RoleRef,
  namespace?: string,
): readonly PolicyRule[] | undefined {
  if (kind === 'ClusterRole') {
    const own = objects.get(clusterRoles, { name });
    return own ? (own.rules ?? []) : builtInRole(name);
  }
  const role = namespace === undefined ? undefined : objects.get(roles, { namespace, name });
  return role && (role.rules ?? []);
}

/** The rules of the roles that are bound to a user, in a namespace or everywhere. */
export function rulesFor(
  objects: Objects,
  user: User,
  namespace: string | undefined,
): PolicyRule[] {
  const isBound = (subjects: readonly Subject[] = [], own?: string) =>
    subjects.some((subject) => isSubject(subject, user, own));
  const everywhere = objects
    .list(clusterRoleBindings)
    .filter(({ subjects }) => isBound(subjects))
    .flatMap(({ roleRef }) => rulesOf(objects, roleRef) ?? []);
  if (namespace === undefined) return everywhere;
  const here = objects
    .list(roleBindings, namespace)
    .filter(({ subjects }) => isBound(subjects, namespace))
    .flatMap(({ roleRef }) => rulesOf(objects, roleRef, namespace) ?? []);
  return [...everywhere, ...here];
}

function isSubject({ kind, name, namespace }: Subject, user: User, own?: string): boolean {
  switch (kind) {
    case 'ServiceAccount': {
      const place = namespace || own;
      return place !== undefined && user.name === accountName({ namespace: place, name });
    }
    case 'User':
      return user.name === name;
    case 'Group':
      return user.groups.includes(name);
    default:
      return false;
  }
}

function allows(rule: PolicyRule, { verb, group, resource, name }: Action): boolean {
  const { verbs = [], apiGroups = [], resources = [], resourceNames = [] } = rule;
  const [, subresource] = resource.split('/');
  const isNamed = (list: readonly string[], ...words: readonly string[]) =>
    list.includes('*') || words.some((word) => list.includes(word));
  return (
    isNamed(verbs, verb) &&
    isNamed(apiGroups, group) &&
    isNamed(resources, resource, ...(subresource === undefined ? [] : [`*/${subresource}`])) &&
    (resourceNames.length === 0 || (name !== undefined && resourceNames.includes(name)))
  );
}
