import type { ListedObject } from '../../../api/kube/workloads.ts';
import { type FollowedList, followLists } from '../client/follow-lists.ts';
import type { KubeClient } from '../client/kube-client.ts';
import { builtInResource, listPath } from '../client/resources.ts';
import { listObjectTree, WORKLOAD_KINDS } from './listed-object.ts';

/**
 * Yields the workloads of a namespace or of all, each with its pods below it, and again after
 * changes, until `signal` aborts. Kinds that the user isn't allowed to list are skipped; pods must
 * be allowed. Rejects if the cluster can't be reached.
 */
export async function* followWorkloads(
  client: KubeClient,
  namespace: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<ListedObject[], void, undefined> {
  const lists = Object.fromEntries(
    ['Pod', ...WORKLOAD_KINDS].map((kind): [string, FollowedList] => [
      kind,
      { path: listPath(builtInResource(kind), namespace), isOptional: kind !== 'Pod' },
    ]),
  );
  for await (const found of followLists(client, lists, signal)) {
    const withKind = (kind: string) => (found[kind] ?? []).map((item) => ({ ...item, kind }));
    yield listObjectTree(WORKLOAD_KINDS.flatMap(withKind), withKind('Pod'));
  }
}
