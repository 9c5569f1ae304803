import type { DaemonSet, Deployment, ReplicaSet, StatefulSet } from 'kubernetes-types/apps/v1.js';
import { templateDefaults } from './pods.ts';
import { claimDefaults } from './storage.ts';

export function deploymentDefaults(deployment: Deployment): Deployment {
  const { spec } = deployment;
  if (!spec) return deployment;
  const { strategy = {} } = spec;
  const isRolling = (strategy.type ?? 'RollingUpdate') === 'RollingUpdate';
  return {
    ...deployment,
    spec: {
      ...{ replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 },
      ...spec,
      strategy: {
        type: 'RollingUpdate',
        ...strategy,
        ...(isRolling
          ? { rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%', ...strategy.rollingUpdate } }
          : {}),
      },
      template: templateDefaults(spec.template),
    },
  };
}

export function replicaSetDefaults(set: ReplicaSet): ReplicaSet {
  const { spec } = set;
  if (!spec) return set;
  const template = spec.template && templateDefaults(spec.template);
  return { ...set, spec: { replicas: 1, ...spec, ...(template ? { template } : {}) } };
}

export function statefulSetDefaults(set: StatefulSet): StatefulSet {
  const { spec } = set;
  if (!spec) return set;
  const { updateStrategy = {}, volumeClaimTemplates } = spec;
  const isRolling = (updateStrategy.type ?? 'RollingUpdate') === 'RollingUpdate';
  return {
    ...set,
    spec: {
      ...{ replicas: 1, podManagementPolicy: 'OrderedReady', revisionHistoryLimit: 10 },
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
      ...spec,
      updateStrategy: {
        type: 'RollingUpdate',
        ...updateStrategy,
        ...(isRolling ? { rollingUpdate: { partition: 0, ...updateStrategy.rollingUpdate } } : {}),
      },
      template: templateDefaults(spec.template),
      ...(volumeClaimTemplates
        ? {
            volumeClaimTemplates: volumeClaimTemplates.map((claim) => ({
              ...{ apiVersion: 'v1', kind: 'PersistentVolumeClaim', ...claimDefaults(claim) },
              status: { phase: 'Pending' },
            })),
          }
        : {}),
    },
  };
}

export function daemonSetDefaults(set: DaemonSet): DaemonSet {
  const { spec } = set;
  if (!spec) return set;
  const { updateStrategy = {} } = spec;
  const isRolling = (updateStrategy.type ?? 'RollingUpdate') === 'RollingUpdate';
  return {
    ...set,
    spec: {
      revisionHistoryLimit: 10,
      ...spec,
      updateStrategy: {
        type: 'RollingUpdate',
        ...updateStrategy,
        ...(isRolling
          ? { rollingUpdate: { maxSurge: 0, maxUnavailable: 1, ...updateStrategy.rollingUpdate } }
          : {}),
      },
      template: templateDefaults(spec.template),
    },
  };
}
