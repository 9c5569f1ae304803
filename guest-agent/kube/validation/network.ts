import type { Service } from 'kubernetes-types/core/v1.js';
import type { Ingress } from 'kubernetes-types/networking/v1.js';
import type { FieldErrors } from './field-errors.ts';
import { dnsLabel } from './names.ts';
import { checkPortNumber } from './pod-spec.ts';

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];

export function checkService({ spec }: Service, errors: FieldErrors): void {
  const { type = 'ClusterIP', ports = [], clusterIP, externalName } = spec ?? {};
  if (!TYPES.includes(type)) errors.notSupported('spec.type', type, TYPES);
  const needsPorts = type !== 'ExternalName' && clusterIP !== 'None';
  if (needsPorts && ports.length === 0) errors.required('spec.ports');
  if (type === 'ExternalName' && !externalName) errors.required('spec.externalName');
  const names = new Set<string>();
  const numbers = new Set<string>();
  for (const [index, { name, port, protocol = 'TCP' }] of ports.entries()) {
    const path = `spec.ports[${index}]`;
    checkPortNumber(port, `${path}.port`, errors);
    if (!name && ports.length > 1) errors.required(`${path}.name`);
    const wrong = name ? dnsLabel(name) : undefined;
    if (wrong) errors.invalid(`${path}.name`, name, wrong);
    if (name && names.has(name)) errors.duplicate(`${path}.name`, name);
    if (numbers.has(`${port}/${protocol}`)) errors.duplicate(path, { port, protocol });
    names.add(name ?? '');
    numbers.add(`${port}/${protocol}`);
  }
}

export function checkIngress({ spec }: Ingress, errors: FieldErrors): void {
  const { rules = [], defaultBackend } = spec ?? {};
  if (rules.length === 0 && !defaultBackend) {
    errors.invalid('spec', [], 'either `defaultBackend` or `rules` must be specified');
  }
  for (const [index, { http }] of rules.entries()) {
    for (const [place, { path = '', pathType, backend }] of (http?.paths ?? []).entries()) {
      const at = `spec.rules[${index}].http.paths[${place}]`;
      if (pathType !== 'ImplementationSpecific' && !path.startsWith('/')) {
        errors.invalid(`${at}.path`, path, 'must be an absolute path');
      }
      if (!backend?.service && !backend?.resource) errors.required(`${at}.backend`);
    }
  }
}
