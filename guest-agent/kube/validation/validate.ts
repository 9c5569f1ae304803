import type { DaemonSet, Deployment, StatefulSet } from 'kubernetes-types/apps/v1.js';
import type { CronJob, Job } from 'kubernetes-types/batch/v1.js';
import type { ConfigMap, Endpoints, Pod, Secret, Service } from 'kubernetes-types/core/v1.js';
import type { EndpointSlice } from 'kubernetes-types/discovery/v1.js';
import type { Ingress } from 'kubernetes-types/networking/v1.js';
import type { KubeObject, Stored } from '../objects/kube-object.ts';
import type { Resource } from '../objects/resource.ts';
import * as resources from '../objects/resources.ts';
import { checkCronJob, checkJob } from './batch.ts';
import { checkData } from './data-keys.ts';
import { checkEndpointSlice, checkEndpoints } from './endpoints.ts';
import { FieldErrors } from './field-errors.ts';
import { checkImmutable } from './immutable.ts';
import { checkMetadata } from './metadata.ts';
import { checkIngress, checkService } from './network.ts';
import { checkPodSpec } from './pod-spec.ts';
import { checkBinding, checkRole } from './roles.ts';
import { checkWorkload } from './workloads.ts';

type Check = (object: never, errors: FieldErrors) => void;

function check<T extends KubeObject>(
  resource: Resource<T>,
  run: (object: T, errors: FieldErrors) => void,
): readonly [Resource, Check] {
  return [resource, run as Check];
}

const checks = new Map<Resource, Check>([
  check<Pod>(resources.pods, ({ spec }, errors) => checkPodSpec(spec, 'spec', errors)),
  check<Deployment>(resources.deployments, (object, errors) => checkWorkload(object, errors)),
  check<StatefulSet>(resources.statefulSets, (object, errors) => checkWorkload(object, errors)),
  check<DaemonSet>(resources.daemonSets, (object, errors) => checkWorkload(object, errors)),
  check(resources.replicaSets, (object, errors) => checkWorkload(object, errors)),
  check<Job>(resources.jobs, checkJob),
  check<CronJob>(resources.cronJobs, checkCronJob),
  check<Service>(resources.services, checkService),
  check<Endpoints>(resources.endpoints, checkEndpoints),
  check<EndpointSlice>(resources.endpointSlices, checkEndpointSlice),
  check<Ingress>(resources.ingresses, checkIngress),
  check<ConfigMap>(resources.configMaps, checkData),
  check<Secret>(resources.secrets, checkData),
  check(resources.roles, checkRole),
  check(resources.clusterRoles, checkRole),
  check(resources.roleBindings, checkBinding),
  check(resources.clusterRoleBindings, checkBinding),
]);

/** They are for pods that run already. */
function refuseDebugContainers({ spec }: Pod, errors: FieldErrors): void {
  if (!spec?.ephemeralContainers?.length) return;
  errors.forbidden('spec.ephemeralContainers', 'cannot be set on create');
}

/** Throws KubeError 'Invalid' with all mistakes of an object. */
export function validate(
  resource: Resource,
  object: KubeObject,
  current: Stored<KubeObject> | undefined,
  subresource?: string,
): void {
  const errors = new FieldErrors();
  checkMetadata(resource, object, errors);
  checks.get(resource)?.(object as never, errors);
  if (current) checkImmutable(resource, object, current, errors, subresource);
  else if (resource === resources.pods) refuseDebugContainers(object as Pod, errors);
  errors.throwIfAny(object.metadata?.name ?? '');
}
