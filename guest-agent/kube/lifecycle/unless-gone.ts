import { KubeError } from '../kube-error.ts';

/** For deletions: an object that is gone already is fine. */
export async function unlessGone(deletion: Promise<unknown>): Promise<void> {
  await deletion.catch((error) => {
    if (!(error instanceof KubeError && error.reason === 'NotFound')) throw error;
  });
}
