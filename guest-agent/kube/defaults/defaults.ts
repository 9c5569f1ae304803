import type { DaemonSet, Deployment, ReplicaSet, StatefulSet } from 'kubernetes-types/apps/v1.js';
import type { CronJob, Job } from 'kubernetes-types/batch/v1.js';
import type {
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  Secret,
  Service,
} from 'kubernetes-types/core/v1.js';
import type { Ingress } from 'kubernetes-types/networking/v1.js';
import type { StorageClass } from 'kubernetes-types/storage/v1.js';
import type { KubeObject } from '../objects/kube-object.ts';
import type { Resource } from '../objects/resource.ts';
import * as resources from '../objects/resources.ts';
import { cronJobDefaults, jobDefaults } from './batch.ts';
import { podSpecDefaults } from './pods.ts';
import { serviceDefaults } from './services.ts';
import { claimDefaults, storageClassDefaults, volumeDefaults } from './storage.ts';
import {
  daemonSetDefaults,
  deploymentDefaults,
  replicaSetDefaults,
  statefulSetDefaults,
} from './workloads.ts';

type Setter = readonly [Resource, (object: never) => KubeObject];

function setter<T extends KubeObject>(resource: Resource<T>, set: (object: T) => T): Setter {
  return [resource, set as (object: never) => KubeObject];
}

const setters = new Map<Resource, (object: never) => KubeObject>([
  setter<Pod>(resources.pods, (pod) =>
    pod.spec ? { ...pod, spec: podSpecDefaults(pod.spec) } : pod,
  ),
  setter<Deployment>(resources.deployments, deploymentDefaults),
  setter<ReplicaSet>(resources.replicaSets, replicaSetDefaults),
  setter<StatefulSet>(resources.statefulSets, statefulSetDefaults),
  setter<DaemonSet>(resources.daemonSets, daemonSetDefaults),
  setter<Job>(resources.jobs, jobDefaults),
  setter<CronJob>(resources.cronJobs, cronJobDefaults),
  setter<Service>(resources.services, serviceDefaults),
  setter<PersistentVolumeClaim>(resources.persistentVolumeClaims, claimDefaults),
  setter<PersistentVolume>(resources.persistentVolumes, volumeDefaults),
  setter<StorageClass>(resources.storageClasses, storageClassDefaults),
  setter<Secret>(resources.secrets, secretDefaults),
  setter<Ingress>(resources.ingresses, ingressDefaults),
]);

/** The object with the values that Kubernetes itself sets where the author has none. */
export function setDefaults(resource: Resource, object: KubeObject): KubeObject {
  const set = setters.get(resource);
  return set ? set(object as never) : object;
}

/** `stringData` is only for writing. */
function secretDefaults({ stringData, ...secret }: Secret): Secret {
  const encoded = Object.entries(stringData ?? {}).map(([key, value]): [string, string] => [
    key,
    Buffer.from(value).toString('base64'),
  ]);
  const data = { ...secret.data, ...Object.fromEntries(encoded) };
  const hasData = Object.keys(data).length > 0;
  return { ...secret, type: secret.type ?? 'Opaque', ...(hasData ? { data } : {}) };
}

function ingressDefaults(ingress: Ingress): Ingress {
  const rules = ingress.spec?.rules?.map((rule) => ({
    ...rule,
    ...(rule.http
      ? {
          http: {
            ...rule.http,
            // Validation finds that they are missing.
            paths: (rule.http.paths ?? []).map((path) => ({
              ...path,
              pathType: path.pathType ?? 'ImplementationSpecific',
            })),
          },
        }
      : {}),
  }));
  return rules ? { ...ingress, spec: { ...ingress.spec, rules } } : ingress;
}
