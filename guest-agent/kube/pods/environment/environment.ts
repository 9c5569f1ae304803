import type { Container, EnvFromSource, EnvVar } from 'kubernetes-types/core/v1.js';
import type { Objects } from '../../objects/objects.ts';
import { configMaps, secrets } from '../../objects/resources.ts';
import { namespaceOf, type PodView } from '../pod-context.ts';
import { PodError } from '../pod-error.ts';
import { expand } from './expand.ts';
import { podField } from './field-ref.ts';
import { resourceField } from './resource-field-ref.ts';
import { serviceEnvironment } from './service-environment.ts';

/**
 * The variables of a container: those of Services, then `envFrom`, then `env`, where later ones win.
 * Throws PodError 'CreateContainerConfigError' in the kubelet's words if one can't be read.
 */
export function containerEnvironment(
  objects: Objects,
  view: PodView,
  container: Container,
): Map<string, string> {
  const ofServices = serviceEnvironment(objects, view.pod);
  const result = new Map<string, string>();
  for (const source of container.envFrom ?? []) addAll(objects, view, source, result);
  for (const variable of container.env ?? []) {
    const value = variableValue(objects, view, container, variable, (name) => {
      return result.get(name) ?? ofServices.get(name);
    });
    if (value !== undefined) result.set(variable.name, value);
  }
  return new Map([...ofServices, ...result]);
}

function addAll(
  objects: Objects,
  { pod }: PodView,
  { configMapRef, secretRef, prefix = '' }: EnvFromSource,
  result: Map<string, string>,
): void {
  const namespace = namespaceOf(pod);
  if (configMapRef) {
    const { name = '', optional } = configMapRef;
    const found = objects.get(configMaps, { namespace, name });
    if (!found && !optional) throw missing(`configmap "${name}" not found`);
    for (const [key, value] of Object.entries(found?.data ?? {})) {
      if (isName(prefix + key)) result.set(prefix + key, value);
    }
  }
  if (secretRef) {
    const { name = '', optional } = secretRef;
    const found = objects.get(secrets, { namespace, name });
    if (!found && !optional) throw missing(`secret "${name}" not found`);
    for (const [key, value] of Object.entries(found?.data ?? {})) {
      if (isName(prefix + key)) result.set(prefix + key, decoded(value));
    }
  }
}

/** Undefined if the variable is omitted, since an optional source is missing. */
function variableValue(
  objects: Objects,
  view: PodView,
  container: Container,
  { value, valueFrom }: EnvVar,
  lookUp: (name: string) => string | undefined,
): string | undefined {
  if (valueFrom === undefined) return expand(value ?? '', lookUp);
  const namespace = namespaceOf(view.pod);
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = valueFrom;
  if (fieldRef) {
    const field = podField(view, fieldRef.fieldPath);
    if (field === undefined) throw missing(`unsupported fieldPath: ${fieldRef.fieldPath}`);
    return field;
  }
  if (resourceFieldRef) {
    const { containerName } = resourceFieldRef;
    const { containers = [], initContainers = [] } = view.pod.spec ?? {};
    const owner = containerName
      ? [...containers, ...initContainers].find(({ name }) => name === containerName)
      : container;
    const field = owner && resourceField(owner, resourceFieldRef);
    if (field === undefined) {
      throw missing(`unsupported container resource : ${resourceFieldRef.resource}`);
    }
    return field;
  }
  if (configMapKeyRef) {
    const { name = '', key, optional } = configMapKeyRef;
    const found = objects.get(configMaps, { namespace, name });
    const text = found?.data?.[key];
    if (text !== undefined || optional) return text;
    if (!found) throw missing(`configmap "${name}" not found`);
    throw missing(`couldn't find key ${key} in ConfigMap ${namespace}/${name}`);
  }
  if (secretKeyRef) {
    const { name = '', key, optional } = secretKeyRef;
    const found = objects.get(secrets, { namespace, name });
    const text = found?.data?.[key];
    if (text !== undefined) return decoded(text);
    if (optional) return undefined;
    if (!found) throw missing(`secret "${name}" not found`);
    throw missing(`couldn't find key ${key} in Secret ${namespace}/${name}`);
  }
  return '';
}

const missing = (message: string) => new PodError('CreateContainerConfigError', message);

/** Secrets are stored in base64. */
const decoded = (value: string) => Buffer.from(value, 'base64').toString('utf8');

/** The names of variables that `envFrom` takes over. Other keys are skipped. */
const isName = (key: string) => /^[^=\0]+$/.test(key);
