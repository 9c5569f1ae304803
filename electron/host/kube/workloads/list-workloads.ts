import type { ListedObject } from '../../../api/kube/workloads.ts';
import { isWithheld } from '../client/follow-lists.ts';
import type { KubeClient, KubeQuery } from '../client/kube-client.ts';
import { listObjects } from '../client/list-objects.ts';
import { builtInResource, listPath } from '../client/resources.ts';
import { listObjectTree, WORKLOAD_KINDS } from './listed-object.ts';

/**
 * The workloads of a namespace or of all, each with its pods below it. Kinds that the user isn't
 * allowed to list are skipped; pods must be allowed.
 */
export async function listWorkloads(
  client: KubeClient,
  namespace: string | undefined,
  query: KubeQuery = {},
): Promise<ListedObject[]> {
  const list = async (kind: string) => {
    const { items } = await listObjects(client, listPath(builtInResource(kind), namespace), query);
    return items.map((item) => ({ ...item, kind }));
  };
  const [pods, ...others] = await Promise.all([
    list('Pod'),
    ...WORKLOAD_KINDS.map((kind) => list(kind).catch(unlessWithheld)),
  ]);
  return listObjectTree(others.flat(), pods);
}

function unlessWithheld(error: unknown): [] {
  if (isWithheld(error)) return [];
  throw error;
}
