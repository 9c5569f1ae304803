import { isDeepStrictEqual } from 'node:util';
import type { EphemeralContainer, PodSpec } from 'kubernetes-types/core/v1.js';
import type { FieldErrors } from './field-errors.ts';
import { checkContainer } from './pod-spec.ts';

const AT = 'spec.ephemeralContainers';

/** What makes no sense for a container that somebody adds to a pod that runs. */
const REFUSED: readonly (keyof EphemeralContainer)[] = [
  ...(['ports', 'livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle'] as const),
];

/** Checks a change of a pod's debug containers: they can only be added. */
export function checkDebugContainers(spec: PodSpec, before: PodSpec, errors: FieldErrors): void {
  const { ephemeralContainers: all = [] } = spec;
  for (const known of before.ephemeralContainers ?? []) {
    const now = all.find(({ name }) => name === known.name);
    if (isDeepStrictEqual(now, known)) continue;
    errors.forbidden(AT, `existing ephemeral containers "${known.name}" may not be changed`);
  }
  const others = [...(spec.initContainers ?? []), ...spec.containers].map(({ name }) => name);
  const volumes = (spec.volumes ?? []).map(({ name }) => name);
  const names = new Set(others);
  for (const [index, container] of all.entries()) {
    const at = `${AT}[${index}]`;
    checkContainer(container, at, volumes, errors);
    const { name, targetContainerName: target, resources = {} } = container;
    if (names.has(name)) errors.duplicate(`${at}.name`, name);
    names.add(name);
    if (target && !others.includes(target)) errors.notFound(`${at}.targetContainerName`, target);
    const given: readonly string[] = REFUSED.filter((field) => container[field] !== undefined);
    const hasResources = Object.values(resources).some((value) => value !== undefined);
    for (const field of [...given, ...(hasResources ? ['resources'] : [])]) {
      errors.forbidden(`${at}.${field}`, 'cannot be set for an Ephemeral Container');
    }
  }
}
