import { HostError } from '../../host/base/errors.ts';
import type { EngineClient } from '../../host/engine/connection/client.ts';
import type { KubeTarget } from '../../host/kube/apply/target.ts';
import { type Cluster, listClusters } from '../../host/kube/cluster/list-clusters.ts';
import {
  imagesInCluster,
  loadIntoCluster,
  missingIn,
} from '../../host/kube/cluster/load-images.ts';
import { localImages, nameInRegistry } from '../../host/kube/images/local-images.ts';
import { imagesOf, withImages } from '../../host/kube/images/manifest-images.ts';
import { pushLocalImage } from '../../host/kube/images/push-local-image.ts';
import type { Manifest } from '../../host/kube/manifests/manifest.ts';
import type { CliContext } from '../context.ts';
import { showProgress } from '../progress/pull-progress.ts';
import { cancellable } from '../session/cancellable.ts';
import { askFor } from './ask-for.ts';

/**
 * Makes sure that a cluster can get the images of manifests: those that exist only in Berth's
 * engine are pushed to `registry`, and the manifests then name them there. A cluster of Berth's own
 * gets them directly. Throws HostError 'invalid' without a registry. Skips all of this if the VM isn't
 * running.
 */
export async function prepareClusterImages(
  context: CliContext,
  { client }: KubeTarget,
  manifests: readonly Manifest[],
  { registry, yes }: { readonly registry: string | undefined; readonly yes: boolean },
): Promise<readonly Manifest[]> {
  if (client.context.isLocal) return manifests;
  const { machine, engine, credentials } = await context.host();
  if ((await machine.status()).state !== 'running') return manifests;
  const local = await localImages(engine, imagesOf(manifests));
  if (local.length === 0) return manifests;
  const { name } = client.context;
  const clusters = await listClusters(engine);
  const cluster = clusters.find((each) => each.context === name && each.state === 'running');
  if (cluster && registry === undefined) {
    await loadMissing(context, engine, cluster, local);
    return manifests;
  }
  if (registry === undefined) {
    const message = `context "${name}" can't get these images, which exist only in Berth: ${local.join(', ')}`;
    throw new HostError('invalid', message, {
      hint: 'Push them to a registry that the cluster can reach: --registry HOST/PATH',
    });
  }
  const targets = local.map((image) => nameInRegistry(image, registry));
  const what = `push ${targets.join(', ')}`;
  await askFor(context, { what, question: `Push ${targets.join(', ')}?`, yes });
  const replaced = new Map<string, string>();
  await cancellable(context, async (signal) => {
    for (const image of local) {
      const target = nameInRegistry(image, registry);
      const pushing = pushLocalImage(engine, credentials, image, target, signal);
      let pushed = target;
      const progress = (async function* () {
        pushed = yield* pushing;
      })();
      await showProgress(progress, context.stderr, { quiet: false });
      replaced.set(image, pushed);
    }
  });
  return withImages(manifests, replaced);
}

async function loadMissing(
  context: CliContext,
  engine: EngineClient,
  cluster: Cluster,
  images: readonly string[],
): Promise<void> {
  await cancellable(context, async (signal) => {
    for (const image of missingIn(await imagesInCluster(engine, cluster), images)) {
      signal.throwIfAborted();
      context.stderr.write(` Image ${image}  Loading into cluster ${cluster.name}\n`);
      await loadIntoCluster(engine, cluster, [image], signal);
    }
  });
}
