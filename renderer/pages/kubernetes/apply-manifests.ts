import type { KubeProgress } from '../../../electron/api/kube/place.ts';
import { startActivity } from '../../activity/activity.ts';
import { client } from '../../connection/screen.ts';
import { inputOf, type ManifestRequest } from './use-plan.ts';

/** Applies manifests, with progress at the bottom of the page. False if that failed. */
export async function applyManifests(
  request: ManifestRequest & { readonly registry: string },
  what: string,
  onProgress: (progress: KubeProgress) => void = () => {},
): Promise<boolean> {
  const { registry, ...rest } = request;
  const input = { ...inputOf(rest), ...(registry !== '' && { registry }) };
  const ended = await startActivity({
    title: `Applying ${what}`,
    done: () => `${what} was applied to ${request.context}`,
    async run(signal, report) {
      for await (const progress of await client.kube.manifests.apply(input, { signal })) {
        const { kind, name, text } = progress;
        report({ text: `${kind} ${name}: ${text}` });
        onProgress(progress);
      }
      return true;
    },
  });
  return ended ?? false;
}
