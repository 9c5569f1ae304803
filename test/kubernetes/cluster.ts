import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inject } from 'vitest';
import { boxLayer, imageOf, pushImages } from '../conformance/images.ts';
import { type KubeCluster, kubeCluster } from '../fixtures/kube-cluster.ts';

export { askSocket as ask, isReady } from '../fixtures/kube-cluster.ts';

/** The Kubernetes API of the engine that the tests run. */
export interface Cluster extends KubeCluster {
  /** The name of an image with Busybox. */
  readonly image: string;
}

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
  return { ...kubeCluster(join(dirname(socket), 'kube.sock')), image };
}
