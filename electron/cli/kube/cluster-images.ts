import type { KubeTarget } from '../../host/kube/apply/target.ts';
import { nameInRegistry } from '../../host/kube/images/local-images.ts';
import { bringImages, neededImages } from '../../host/kube/images/needed-images.ts';
import { pushLocalImage } from '../../host/kube/images/push-local-image.ts';
import type { Manifest } from '../../host/kube/manifests/manifest.ts';
import type { CliContext } from '../context.ts';
import { showProgress } from '../progress/pull-progress.ts';
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
  const host = await context.host();
  const needed = await neededImages(host, client, manifests);
  if (needed.images.length > 0 && registry !== undefined) {
    const targets = needed.images.map((image) => nameInRegistry(image, registry));
    const what = `push ${targets.join(', ')}`;
    await askFor(context, { what, question: `Push ${targets.join(', ')}?`, yes });
  }
  const { signal } = new AbortController();
  const carrier = {
    host,
    async push(image: string, target: string) {
      const pushing = pushLocalImage(host.engine, host.credentials, image, target, signal);
      let pushed = target;
      const progress = (async function* () {
        pushed = yield* pushing;
      })();
      await showProgress(progress, context.stderr, { quiet: false });
      return pushed;
    },
    loading(image: string, cluster: { readonly name: string }) {
      context.stderr.write(` Image ${image}  Loading into cluster ${cluster.name}\n`);
    },
  };
  return bringImages(carrier, client, manifests, needed, registry, signal);
}
