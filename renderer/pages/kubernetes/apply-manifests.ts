import type { KubeProgress } from '../../../electron/api/kube/place.ts';
import { startActivity } from '../../activity/activity.ts';
import { type Explained, explain } from '../../connection/failure.ts';
import { client } from '../../connection/screen.ts';
import { inputOf, type ManifestRequest } from './use-plan.ts';

interface Followers {
  readonly onProgress?: (progress: KubeProgress) => void;
  /** Called with the reason if the manifests weren't applied, or their pods didn't get ready. */
  readonly onFailure?: (failure: Explained) => void;
}

/** Applies manifests, with progress at the bottom of the page. False if that failed or was cancelled. */
export async function applyManifests(
  request: ManifestRequest & { readonly registry: string },
  what: string,
  { onProgress, onFailure }: Followers = {},
): Promise<boolean> {
  const { registry, ...rest } = request;
  const input = { ...inputOf(rest), ...(registry !== '' && { registry }) };
  const ended = await startActivity({
    title: `Applying ${what}`,
    done: () => `${what} was applied to ${request.context}`,
    async run(signal, report) {
      try {
        for await (const progress of await client.kube.manifests.apply(input, { signal })) {
          const { kind, name, text } = progress;
          report({ text: `${kind} ${name}: ${text}` });
          onProgress?.(progress);
        }
        return true;
      } catch (error) {
        if (!signal.aborted) onFailure?.(explain(error));
        throw error;
      }
    },
  });
  return ended ?? false;
}
