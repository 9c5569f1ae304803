import { HostError } from '../../host/base/errors.ts';
import type { KubeTarget } from '../../host/kube/apply/target.ts';
import type { NamedWorkload } from '../../host/kube/workloads/revisions.ts';
import { namedObjects } from './named-objects.ts';

/** The workloads of operands: `deploy/web`. Throws HostError 'invalid' without any. */
export async function namedWorkloads(
  { resources, namespace }: KubeTarget,
  words: readonly string[],
): Promise<readonly [NamedWorkload, ...NamedWorkload[]]> {
  const objects = await namedObjects(resources, words);
  const [first, ...others] = objects.map((each) => ({ ...each, namespace }));
  if (first) return [first, ...others];
  throw new HostError('invalid', 'name a workload, such as deploy/web');
}
