import type {
  ControllerRevision,
  DaemonSet,
  Deployment,
  ReplicaSet,
  StatefulSet,
} from 'kubernetes-types/apps/v1.js';
import type { HorizontalPodAutoscaler } from 'kubernetes-types/autoscaling/v2.js';
import type { CronJob, Job } from 'kubernetes-types/batch/v1.js';
import type {
  ConfigMap,
  Endpoints,
  Event,
  Namespace,
  Node,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  Secret,
  Service,
  ServiceAccount,
} from 'kubernetes-types/core/v1.js';
import type { EndpointSlice } from 'kubernetes-types/discovery/v1.js';
import type { Ingress, IngressClass, NetworkPolicy } from 'kubernetes-types/networking/v1.js';
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1.js';
import type {
  ClusterRole,
  ClusterRoleBinding,
  Role,
  RoleBinding,
} from 'kubernetes-types/rbac/v1.js';
import type { StorageClass } from 'kubernetes-types/storage/v1.js';
import { type Resource, resource } from './resource.ts';

const core = { group: '', version: 'v1' };
const apps = { group: 'apps', version: 'v1', hasGeneration: true };
const batch = { group: 'batch', version: 'v1', hasGeneration: true };
const networking = { group: 'networking.k8s.io', version: 'v1' };
const access = { group: 'rbac.authorization.k8s.io', version: 'v1', hasStatus: false };
const all = ['all'];

export const namespaces = resource<Namespace>({
  ...{ ...core, kind: 'Namespace', plural: 'namespaces', shortNames: ['ns'] },
  isNamespaced: false,
});
export const nodes = resource<Node>({
  ...{ ...core, kind: 'Node', plural: 'nodes', shortNames: ['no'] },
  isNamespaced: false,
});
export const pods = resource<Pod>({
  ...{ ...core, kind: 'Pod', plural: 'pods', shortNames: ['po'], categories: all },
});
export const services = resource<Service>({
  ...{ ...core, kind: 'Service', plural: 'services', shortNames: ['svc'], categories: all },
});
export const endpoints = resource<Endpoints>({
  ...{ ...core, kind: 'Endpoints', plural: 'endpoints', shortNames: ['ep'] },
  hasStatus: false,
});
export const configMaps = resource<ConfigMap>({
  ...{ ...core, kind: 'ConfigMap', plural: 'configmaps', shortNames: ['cm'] },
  hasStatus: false,
});
export const secrets = resource<Secret>({
  ...{ ...core, kind: 'Secret', plural: 'secrets' },
  hasStatus: false,
});
export const serviceAccounts = resource<ServiceAccount>({
  ...{ ...core, kind: 'ServiceAccount', plural: 'serviceaccounts', shortNames: ['sa'] },
  hasStatus: false,
});
export const events = resource<Event>({
  ...{ ...core, kind: 'Event', plural: 'events', shortNames: ['ev'] },
  hasStatus: false,
});
export const persistentVolumes = resource<PersistentVolume>({
  ...{ ...core, kind: 'PersistentVolume', plural: 'persistentvolumes', shortNames: ['pv'] },
  isNamespaced: false,
});
export const persistentVolumeClaims = resource<PersistentVolumeClaim>({
  ...{ ...core, kind: 'PersistentVolumeClaim', plural: 'persistentvolumeclaims' },
  shortNames: ['pvc'],
});
export const deployments = resource<Deployment>({
  ...{ ...apps, kind: 'Deployment', plural: 'deployments', shortNames: ['deploy'] },
  categories: all,
});
export const replicaSets = resource<ReplicaSet>({
  ...{ ...apps, kind: 'ReplicaSet', plural: 'replicasets', shortNames: ['rs'], categories: all },
});
export const statefulSets = resource<StatefulSet>({
  ...{ ...apps, kind: 'StatefulSet', plural: 'statefulsets', shortNames: ['sts'] },
  categories: all,
});
export const daemonSets = resource<DaemonSet>({
  ...{ ...apps, kind: 'DaemonSet', plural: 'daemonsets', shortNames: ['ds'], categories: all },
});
export const controllerRevisions = resource<ControllerRevision>({
  ...{ ...apps, kind: 'ControllerRevision', plural: 'controllerrevisions' },
  ...{ hasStatus: false, hasGeneration: false },
});
export const jobs = resource<Job>({
  ...{ ...batch, kind: 'Job', plural: 'jobs', categories: all },
});
export const cronJobs = resource<CronJob>({
  ...{ ...batch, kind: 'CronJob', plural: 'cronjobs', shortNames: ['cj'], categories: all },
});
export const endpointSlices = resource<EndpointSlice>({
  ...{ group: 'discovery.k8s.io', version: 'v1' },
  ...{ kind: 'EndpointSlice', plural: 'endpointslices', hasStatus: false },
});
export const ingresses = resource<Ingress>({
  ...{ ...networking, kind: 'Ingress', plural: 'ingresses', shortNames: ['ing'] },
  hasGeneration: true,
});
export const ingressClasses = resource<IngressClass>({
  ...{ ...networking, kind: 'IngressClass', plural: 'ingressclasses' },
  ...{ isNamespaced: false, hasStatus: false },
});
export const networkPolicies = resource<NetworkPolicy>({
  ...{ ...networking, kind: 'NetworkPolicy', plural: 'networkpolicies', shortNames: ['netpol'] },
  ...{ hasStatus: false, hasGeneration: true },
});
export const podDisruptionBudgets = resource<PodDisruptionBudget>({
  ...{ group: 'policy', version: 'v1', kind: 'PodDisruptionBudget' },
  ...{ plural: 'poddisruptionbudgets', shortNames: ['pdb'], hasGeneration: true },
});
export const horizontalPodAutoscalers = resource<HorizontalPodAutoscaler>({
  ...{ group: 'autoscaling', version: 'v2', kind: 'HorizontalPodAutoscaler' },
  ...{ plural: 'horizontalpodautoscalers', shortNames: ['hpa'], categories: all },
});
export const roles = resource<Role>({ ...access, kind: 'Role', plural: 'roles' });
export const roleBindings = resource<RoleBinding>({
  ...{ ...access, kind: 'RoleBinding', plural: 'rolebindings' },
});
export const clusterRoles = resource<ClusterRole>({
  ...{ ...access, kind: 'ClusterRole', plural: 'clusterroles', isNamespaced: false },
});
export const clusterRoleBindings = resource<ClusterRoleBinding>({
  ...{ ...access, kind: 'ClusterRoleBinding', plural: 'clusterrolebindings', isNamespaced: false },
});
export const storageClasses = resource<StorageClass>({
  ...{ group: 'storage.k8s.io', version: 'v1', kind: 'StorageClass', plural: 'storageclasses' },
  ...{ shortNames: ['sc'], isNamespaced: false, hasStatus: false },
});

/** All kinds of objects that Berth's Kubernetes API knows. */
export const resources: readonly Resource[] = [
  ...[namespaces, nodes, pods, services, endpoints, configMaps, secrets, serviceAccounts, events],
  ...[persistentVolumes, persistentVolumeClaims],
  ...[deployments, replicaSets, statefulSets, daemonSets, controllerRevisions, jobs, cronJobs],
  ...[endpointSlices, ingresses, ingressClasses, networkPolicies, storageClasses],
  ...[podDisruptionBudgets, horizontalPodAutoscalers],
  ...[roles, roleBindings, clusterRoles, clusterRoleBindings],
];

const measured = { group: 'metrics.k8s.io', version: 'v1beta1', hasStatus: false };

/** What `kubectl top` shows. These aren't stored, but measured when somebody asks. */
export const podMetrics = resource({ ...measured, kind: 'PodMetrics', plural: 'pods' });
export const nodeMetrics = resource({
  ...{ ...measured, kind: 'NodeMetrics', plural: 'nodes', isNamespaced: false },
});
export const metricResources: readonly Resource[] = [nodeMetrics, podMetrics];

const permission = { group: 'authorization.k8s.io', version: 'v1', hasStatus: false };
const identity = { group: 'authentication.k8s.io', version: 'v1', hasStatus: false };

/** Questions about who somebody is and what they may do. These are answered, not stored. */
export const selfAccessReviews = resource({
  ...{ ...permission, kind: 'SelfSubjectAccessReview', plural: 'selfsubjectaccessreviews' },
  isNamespaced: false,
});
export const selfRulesReviews = resource({
  ...{ ...permission, kind: 'SelfSubjectRulesReview', plural: 'selfsubjectrulesreviews' },
  isNamespaced: false,
});
export const accessReviews = resource({
  ...{ ...permission, kind: 'SubjectAccessReview', plural: 'subjectaccessreviews' },
  isNamespaced: false,
});
export const localAccessReviews = resource({
  ...{ ...permission, kind: 'LocalSubjectAccessReview', plural: 'localsubjectaccessreviews' },
});
export const selfReviews = resource({
  ...{ ...identity, kind: 'SelfSubjectReview', plural: 'selfsubjectreviews' },
  isNamespaced: false,
});
export const tokenReviews = resource({
  ...{ ...identity, kind: 'TokenReview', plural: 'tokenreviews', isNamespaced: false },
});
export const reviewResources: readonly Resource[] = [
  ...[selfAccessReviews, selfRulesReviews, accessReviews, localAccessReviews],
  ...[selfReviews, tokenReviews],
];

/** All kinds whose objects are answers, instead of stored. */
export const answeredResources: readonly Resource[] = [...metricResources, ...reviewResources];
