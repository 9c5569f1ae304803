import { HostError } from '../../base/errors.ts';
import type { CredentialStore } from '../../credentials/store.ts';
import type { EngineClient } from '../../engine/connection/client.ts';
import type { KubeClient } from '../client/kube-client.ts';
import { type Cluster, listClusters } from '../cluster/list-clusters.ts';
import { imagesInCluster, loadIntoCluster, missingIn } from '../cluster/load-images.ts';
import type { Manifest } from '../manifests/manifest.ts';
import { localImages, nameInRegistry } from './local-images.ts';
import { imagesOf, withImages } from './manifest-images.ts';

/** Images that exist only in Berth's engine, and that a cluster needs. */
export interface NeededImages {
  readonly images: readonly string[];
  /** A cluster of Berth's own, which can get them directly. */
  readonly cluster?: Cluster | undefined;
}

interface Host {
  readonly machine: { status(): Promise<{ readonly state: string }> };
  readonly engine: EngineClient;
}

/** What a cluster can't get without help. Nothing, if the VM isn't running. */
export async function neededImages(
  { machine, engine }: Host,
  { context }: KubeClient,
  manifests: readonly Manifest[],
): Promise<NeededImages> {
  if (context.isLocal) return { images: [] };
  if ((await machine.status()).state !== 'running') return { images: [] };
  const images = await localImages(engine, imagesOf(manifests));
  if (images.length === 0) return { images };
  const clusters = await listClusters(engine);
  const isOwn = ({ context: own, state }: Cluster) => own === context.name && state === 'running';
  return { images, cluster: clusters.find(isOwn) };
}

/** What brings the images to the cluster, and says so. */
export interface ImageCarrier {
  readonly host: Host & { readonly credentials: CredentialStore };
  /** Pushes an image, and returns the name that the cluster pulls. */
  push(image: string, target: string): Promise<string>;
  /** Called before an image is copied into a cluster of Berth's own. */
  loading(image: string, cluster: Cluster): void;
}

/**
 * Brings images to a cluster, and returns the manifests with the names that it knows them by.
 * Rejects with HostError 'invalid' without a registry, if one is needed.
 */
export async function bringImages(
  { host, push, loading }: ImageCarrier,
  { context }: KubeClient,
  manifests: readonly Manifest[],
  { images, cluster }: NeededImages,
  registry: string | undefined,
  signal: AbortSignal,
): Promise<readonly Manifest[]> {
  if (images.length === 0) return manifests;
  if (cluster && registry === undefined) {
    const { engine } = host;
    for (const image of missingIn(await imagesInCluster(engine, cluster), images)) {
      loading(image, cluster);
      await loadIntoCluster(engine, cluster, [image], signal);
    }
    return manifests;
  }
  if (registry === undefined) {
    const message = `context "${context.name}" can't get these images, which exist only in Berth: ${images.join(', ')}`;
    throw new HostError('invalid', message, {
      hint: 'Push them to a registry that the cluster can reach: --registry HOST/PATH',
      appHint: 'Look at the changes again, and enter a registry that the cluster can pull from.',
    });
  }
  const replaced = new Map<string, string>();
  for (const image of images) {
    replaced.set(image, await push(image, nameInRegistry(image, registry)));
  }
  return withImages(manifests, replaced);
}
