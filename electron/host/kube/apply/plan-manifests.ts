import type { Problem } from '../../compose/file/problem.ts';
import { isConflict } from '../client/api-error.ts';
import type { Manifest } from '../manifests/manifest.ts';
import { ManifestError } from '../manifests/manifest-error.ts';
import { parseManifests } from '../manifests/open-manifests.ts';
import type { ManifestText } from '../manifests/read-manifests.ts';
import { diffManifests, type ObjectDiff } from './diff-manifests.ts';
import type { KubeTarget } from './target.ts';

/** What applying a text would do, with all that is wrong about it. */
export interface Plan {
  readonly manifests: readonly Manifest[];
  readonly problems: readonly Problem[];
  readonly diffs: readonly ObjectDiff[];
  /** What other programs own, for people: one or more lines for each object. */
  readonly conflicts: readonly string[];
}

/**
 * Reads a text, and asks a cluster what it would make of each object. Changes nothing. Mistakes are
 * part of the plan. Rejects if the cluster doesn't answer.
 */
export async function planManifests(
  target: KubeTarget,
  text: ManifestText,
  { force }: { readonly force: boolean },
  signal: AbortSignal,
): Promise<Plan> {
  const problems: Problem[] = [];
  const conflicts: string[] = [];
  let manifests: readonly Manifest[] = [];
  try {
    manifests = parseManifests([text]);
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    return { manifests, problems: error.problems, diffs: [], conflicts };
  }
  const skips = (error: unknown) => {
    if (error instanceof ManifestError) problems.push(...error.problems);
    else if (isConflict(error) && error instanceof Error) conflicts.push(error.message);
    else return false;
    return true;
  };
  const diffs = await diffManifests(target, manifests, { force, skips }, signal);
  return { manifests, problems, diffs, conflicts };
}
