import { KubeError } from '../../kube-error.ts';
import type { KubeObject, Stored } from '../../objects/kube-object.ts';
import type { Resource } from '../../objects/resource.ts';

type Requirement = (object: Stored<KubeObject>) => boolean;

/** The fields that a selector can name besides an object's name and namespace, by kind. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  Pod: [
    ...['spec.nodeName', 'spec.restartPolicy', 'spec.schedulerName', 'spec.serviceAccountName'],
    ...['spec.hostNetwork', 'status.phase', 'status.podIP', 'status.nominatedNodeName'],
  ],
  Event: [
    ...['involvedObject.kind', 'involvedObject.namespace', 'involvedObject.name'],
    ...['involvedObject.uid', 'involvedObject.apiVersion', 'involvedObject.resourceVersion'],
    ...['involvedObject.fieldPath', 'reason', 'reportingComponent', 'source', 'type'],
  ],
  Secret: ['type'],
  Namespace: ['status.phase'],
  Node: ['spec.unschedulable'],
  ReplicaSet: ['status.replicas'],
  Job: ['status.successful'],
  Service: ['spec.clusterIP', 'spec.type'],
};

/** Reads a selector such as `status.phase!=Running`. Throws KubeError 'BadRequest'. */
export function parseFieldSelector(resource: Resource, text: string): Requirement {
  const requirements = text
    .split(',')
    .filter((part) => part.trim() !== '')
    .map((part) => parseRequirement(resource, part.trim()));
  return (object) => requirements.every((matches) => matches(object));
}

function parseRequirement({ kind }: Resource, text: string): Requirement {
  const { field, operator, value } = /^(?<field>[^!=]+)(?<operator>==|=|!=)(?<value>.*)$/.exec(text)
    ?.groups ?? { field: '', operator: '', value: '' };
  if (field === undefined || field === '') {
    throw new KubeError('BadRequest', `invalid selector: ${JSON.stringify(text)}`);
  }
  const known = ['metadata.name', 'metadata.namespace', ...(FIELDS[kind] ?? [])];
  if (!known.includes(field)) {
    throw new KubeError('BadRequest', `field label not supported: ${field}`);
  }
  const path = kind === 'Event' && field === 'source' ? 'source.component' : field;
  const isWanted = operator !== '!=';
  return (object) => (textAt(object, path.split('.')) === value) === isWanted;
}

function textAt(value: unknown, [name, ...rest]: readonly string[]): string {
  if (name !== undefined) {
    const inner =
      typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
    return textAt(inner, rest);
  }
  return value === undefined || value === null ? '' : String(value);
}
