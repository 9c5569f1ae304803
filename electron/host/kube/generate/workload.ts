import type { DeploymentSpec } from 'kubernetes-types/apps/v1.js';
import type { PersistentVolumeClaim, PodSpec, PodTemplateSpec } from 'kubernetes-types/core/v1.js';
import type { KubeManifest } from './generated.ts';

export const WORKLOADS = ['pod', 'deployment', 'statefulset', 'daemonset', 'job'] as const;
export type WorkloadKind = (typeof WORKLOADS)[number];

export interface WorkloadParts {
  readonly name: string;
  readonly labels: Record<string, string>;
  /** The labels by which a workload and a Service find the pods. */
  readonly selector: Record<string, string>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly workloadAnnotations?: Readonly<Record<string, string>>;
  readonly spec: PodSpec;
  readonly replicas: number;
  readonly claims: readonly PersistentVolumeClaim[];
  readonly rollout: Pick<DeploymentSpec, 'strategy' | 'minReadySeconds'>;
  /** For Jobs: how often their pods may fail. */
  readonly backoffLimit?: number | undefined;
  readonly restartPolicy: 'Always' | 'OnFailure' | 'Never';
}

/** The labels of everything that belongs to one container or service. */
export function labelsOf(name: string, project?: string): Record<string, string> {
  return {
    'app.kubernetes.io/name': name,
    ...(project === undefined ? {} : { 'app.kubernetes.io/part-of': project }),
    'app.kubernetes.io/managed-by': 'berth',
  };
}

export const selectorOf = (name: string, project?: string): Record<string, string> => {
  const { 'app.kubernetes.io/managed-by': _, ...selector } = labelsOf(name, project);
  return selector;
};

/**
 * As on Docker: no variables such as DB_PORT for each Service, which programs take for their own,
 * and no credentials for the cluster.
 */
const plainEnvironment = { enableServiceLinks: false, automountServiceAccountToken: false };

/** The object that runs a pod, or the pod itself. */
export function workloadOf(kind: WorkloadKind, parts: WorkloadParts): KubeManifest {
  const { name, labels, selector, replicas, rollout, spec, claims } = parts;
  const annotations = parts.workloadAnnotations ?? {};
  const metadata = { name, labels, ...(some(annotations) ? { annotations } : {}) };
  const template = templateOf(parts);
  const matching = { selector: { matchLabels: selector } };
  const { minReadySeconds } = rollout;
  const ready = minReadySeconds === undefined ? {} : { minReadySeconds };
  switch (kind) {
    case 'pod': {
      const podSpec = { ...plainEnvironment, ...spec, restartPolicy: parts.restartPolicy };
      const podMetadata = { name, ...template.metadata };
      return { apiVersion: 'v1', kind: 'Pod', metadata: podMetadata, spec: podSpec };
    }
    case 'job': {
      const restartPolicy = parts.restartPolicy === 'OnFailure' ? 'OnFailure' : 'Never';
      const { backoffLimit } = parts;
      return {
        ...{ apiVersion: 'batch/v1', kind: 'Job', metadata },
        spec: {
          ...(replicas > 1 ? { parallelism: replicas, completions: replicas } : {}),
          ...(backoffLimit === undefined ? {} : { backoffLimit }),
          template: { ...template, spec: { ...plainEnvironment, ...spec, restartPolicy } },
        },
      };
    }
    case 'daemonset':
      return {
        ...{ apiVersion: 'apps/v1', kind: 'DaemonSet', metadata },
        spec: { ...matching, ...ready, template },
      };
    case 'statefulset':
      return {
        ...{ apiVersion: 'apps/v1', kind: 'StatefulSet', metadata },
        spec: {
          ...{ serviceName: name, replicas, ...matching, ...ready, template },
          ...(claims.length > 0 ? { volumeClaimTemplates: [...claims] } : {}),
        },
      };
    default:
      return {
        ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata },
        spec: { replicas, ...matching, ...rollout, template },
      };
  }
}

function templateOf({ labels, annotations, spec }: WorkloadParts): PodTemplateSpec {
  const metadata = { labels, ...(some(annotations) ? { annotations: { ...annotations } } : {}) };
  return { metadata, spec: { ...plainEnvironment, ...spec } };
}

const some = (map: object) => Object.keys(map).length > 0;
