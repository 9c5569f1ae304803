import type { PolicyRule, RoleRef, Subject } from 'kubernetes-types/rbac/v1.js';
import type { FieldErrors } from './field-errors.ts';

const SUBJECTS = ['ServiceAccount', 'User', 'Group'];
const ROLES = ['Role', 'ClusterRole'];

/** Checks a Role or a ClusterRole. */
export function checkRole({ rules }: { rules?: PolicyRule[] }, errors: FieldErrors): void {
  for (const [index, { verbs, resources, nonResourceURLs }] of (rules ?? []).entries()) {
    const field = `rules[${index}]`;
    if (!verbs?.length) errors.required(`${field}.verbs`, 'verbs must contain at least one value');
    if (resources?.length || nonResourceURLs?.length) continue;
    errors.required(`${field}.resources`, 'resource rules must supply at least one resource');
  }
}

/** Checks a RoleBinding or a ClusterRoleBinding. */
export function checkBinding(
  { roleRef, subjects }: { roleRef?: Partial<RoleRef>; subjects?: Subject[] },
  errors: FieldErrors,
): void {
  if (!roleRef?.name) errors.required('roleRef.name');
  if (!ROLES.includes(roleRef?.kind ?? '')) {
    errors.notSupported('roleRef.kind', roleRef?.kind ?? '', ROLES);
  }
  for (const [index, { kind, name, namespace }] of (subjects ?? []).entries()) {
    const field = `subjects[${index}]`;
    if (!name) errors.required(`${field}.name`);
    if (!SUBJECTS.includes(kind)) errors.notSupported(`${field}.kind`, kind, SUBJECTS);
    if (kind === 'ServiceAccount' && !namespace) errors.required(`${field}.namespace`);
  }
}
