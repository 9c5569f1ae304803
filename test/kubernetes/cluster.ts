import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, inject, vi } from 'vitest';
import { boxLayer, imageOf, pushImages } from '../conformance/images.ts';
import { type KubeCluster, kubeCluster } from '../fixtures/kube-cluster.ts';

export { askSocket as ask, isReady } from '../fixtures/kube-cluster.ts';

/** The Kubernetes API of the engine that the tests run. */
export interface Cluster extends KubeCluster {
  /** The name of an image with Busybox. */
  readonly image: string;
}

/** Removes what another test file has left. */
async function empty({ ask }: KubeCluster): Promise<void> {
  for (const list of COLLECTIONS) await ask('DELETE', `${list}?gracePeriodSeconds=0`);
  await vi.waitFor(async () => {
    for (const list of GONE) {
      const { items } = await ask<{ items: { metadata: { name: string } }[] }>('GET', list);
      // Every cluster has this Service.
      expect(items.filter(({ metadata }) => metadata.name !== 'kubernetes')).toEqual([]);
    }
  }, PATIENCE);
}

const PATIENCE = { timeout: 90_000, interval: 200 };

const inDefault = (group: string, ...plurals: readonly string[]) =>
  plurals.map((plural) => `/${group}/namespaces/default/${plural}`);

/** Owners before what they own. */
const COLLECTIONS = [
  ...inDefault('apis/batch/v1', 'cronjobs', 'jobs'),
  ...inDefault('apis/apps/v1', 'deployments', 'statefulsets', 'daemonsets', 'replicasets'),
  ...inDefault('apis/networking.k8s.io/v1', 'ingresses'),
  ...inDefault('api/v1', 'services', 'pods', 'configmaps', 'persistentvolumeclaims'),
];
const GONE = [
  ...inDefault('api/v1', 'pods', 'services', 'persistentvolumeclaims'),
  '/api/v1/persistentvolumes',
];

/** Opens the cluster of the run without objects in the namespace `default`. */
export async function openCluster(): Promise<Cluster> {
  const { socket, registry } = inject('nativeEngine');
  const directory = await mkdtemp(join(tmpdir(), 'berth-images-'));
  try {
    await pushImages(directory, registry.host, {
      'kube-box': imageOf([await boxLayer()], { Cmd: ['sh'] }),
    });
  } finally {
    await rm(directory, { recursive: true });
  }
  const image = `${registry.guestHost}/kube-box:1`;
  const cluster = kubeCluster(join(dirname(socket), 'kube.sock'));
  await empty(cluster);
  return { ...cluster, image };
}
