import type { PolicyRule, RoleRef, Subject } from 'kubernetes-types/rbac/v1.js';
import type { Objects } from '../objects/objects.ts';
import { clusterRoleBindings, clusterRoles, roleBindings, roles } from '../objects/resources.ts';
import { builtInRole } from './built-in-roles.ts';
import type { Account } from './tokens.ts';

/** What somebody wants to do. */
export interface Action {
  readonly verb: string;
  readonly group: string;
  /** The plural name, with the subresource: `pods`, `pods/log`. */
  readonly resource: string;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
}

/** Whether the roles that are bound to a service account allow an action. */
export function isAllowed(objects: Objects, account: Account, action: Action): boolean {
  const isBound = (subjects: readonly Subject[] = [], own?: string) =>
    subjects.some((subject) => isSubject(subject, account, own));
  const everywhere = objects
    .list(clusterRoleBindings)
    .filter(({ subjects }) => isBound(subjects))
    .flatMap(({ roleRef }) => rulesOf(objects, roleRef));
  const { namespace } = action;
  const here =
    namespace === undefined
      ? []
      : objects
          .list(roleBindings, namespace)
          .filter(({ subjects }) => isBound(subjects, namespace))
          .flatMap(({ roleRef }) => rulesOf(objects, roleRef, namespace));
  return [...everywhere, ...here].some((rule) => allows(rule, action));
}

function isSubject({ kind, name, namespace }: Subject, account: Account, own?: string): boolean {
  if (kind === 'ServiceAccount') {
    return name === account.name && (namespace ?? own) === account.namespace;
  }
  if (kind === 'User') return name === `system:serviceaccount:${account.namespace}:${account.name}`;
  const groups = ['system:serviceaccounts', `system:serviceaccounts:${account.namespace}`];
  return kind === 'Group' && [...groups, 'system:authenticated'].includes(name);
}

function rulesOf(objects: Objects, { kind, name }: RoleRef, namespace?: string): PolicyRule[] {
  if (kind === 'ClusterRole') {
    return objects.get(clusterRoles, { name })?.rules ?? builtInRole(name) ?? [];
  }
  return namespace === undefined ? [] : (objects.get(roles, { namespace, name })?.rules ?? []);
}

function allows(rule: PolicyRule, { verb, group, resource, name }: Action): boolean {
  const { apiGroups = [], resources = [], resourceNames = [] } = rule;
  const [, subresource] = resource.split('/');
  const isNamed = (list: readonly string[], ...words: readonly string[]) =>
    list.includes('*') || words.some((word) => list.includes(word));
  return (
    isNamed(rule.verbs, verb) &&
    isNamed(apiGroups, group) &&
    isNamed(resources, resource, ...(subresource === undefined ? [] : [`*/${subresource}`])) &&
    (resourceNames.length === 0 || (name !== undefined && resourceNames.includes(name)))
  );
}
