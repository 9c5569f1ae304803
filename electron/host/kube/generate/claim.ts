import type { PersistentVolumeClaim } from 'kubernetes-types/core/v1.js';

/** Volumes of Docker have no size. */
export const DEFAULT_STORAGE = '1Gi';

export function claimOf(
  name: string,
  storage: string,
  labels?: Record<string, string>,
): PersistentVolumeClaim {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name, ...(labels ? { labels } : {}) },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
  };
}
