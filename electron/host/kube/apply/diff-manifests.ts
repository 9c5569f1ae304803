import { createTwoFilesPatch } from 'diff';
import { stringify } from 'yaml';
import type { Manifest } from '../manifests/manifest.ts';
import type { KubeObject } from '../objects/kube-object.ts';
import { type DryRun, type DryRunOptions, dryRuns } from './dry-runs.ts';
import { maskSecrets } from './mask-secrets.ts';
import type { KubeTarget, Placed } from './target.ts';

/** What applying a manifest would change. */
export interface ObjectDiff {
  readonly manifest: Manifest;
  readonly placed: Placed;
  readonly change: 'create' | 'update' | 'none';
  /** A unified diff of the YAML; empty if nothing changes. Values of secrets are masked. */
  readonly patch: string;
}

/**
 * Compares manifests with a cluster: with what the cluster itself would make of them (dry run).
 * Changes nothing. Rejects as applying would.
 */
export async function diffManifests(
  target: KubeTarget,
  manifests: readonly Manifest[],
  options: DryRunOptions,
  signal: AbortSignal,
): Promise<ObjectDiff[]> {
  const diffs: ObjectDiff[] = [];
  for await (const run of dryRuns(target, manifests, options, signal)) diffs.push(diffOf(run));
  return diffs;
}

/** What a dry run shows. */
export function diffOf({ manifest, placed, before, after }: DryRun): ObjectDiff {
  const { kind, metadata } = manifest.object;
  const name = `${kind.toLowerCase()}/${metadata.name}`;
  const [old, next] = maskSecrets(before && bare(before), bare(after));
  const [oldText, newText] = [old ? stringify(old) : '', stringify(next)];
  const change = before === undefined ? 'create' : oldText === newText ? 'none' : 'update';
  const patch =
    change === 'none'
      ? ''
      : createTwoFilesPatch(before ? name : '/dev/null', name, oldText, newText, '', '', {
          context: 3,
        }).replace(/^=+\n/, '');
  return { manifest, placed, change, patch };
}

/** Without what the cluster itself keeps. */
export function bare(object: KubeObject): Record<string, unknown> {
  const { apiVersion, kind, metadata, status: _, ...rest } = object;
  const own = Object.entries(metadata).filter(([name]) => !KEPT_BY_CLUSTER.includes(name));
  const { annotations = {}, ...others } = Object.fromEntries(own);
  // It repeats the whole object, with the values of a Secret.
  const { [LAST_APPLIED]: __, ...notes } = annotations as Record<string, string>;
  const kept = Object.keys(notes).length > 0 ? { annotations: notes } : {};
  return { apiVersion, kind, metadata: { ...others, ...kept }, ...rest };
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

const KEPT_BY_CLUSTER = [
  ...['managedFields', 'resourceVersion', 'generation', 'uid', 'creationTimestamp'],
  ...['selfLink', 'deletionTimestamp'],
];
