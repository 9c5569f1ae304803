import { type KubeObject, readList } from '../objects/kube-object.ts';
import type { KubeClient, KubeQuery } from './kube-client.ts';

const PAGE = 500;

/** All objects at a path, page by page, and the version of the list. */
export async function listObjects(
  client: KubeClient,
  path: string,
  query: KubeQuery = {},
  signal?: AbortSignal,
): Promise<{ readonly items: KubeObject[]; readonly resourceVersion: string }> {
  const items: KubeObject[] = [];
  let next: string | undefined;
  for (;;) {
    const answer = await client.json('GET', path, {
      query: { ...query, limit: PAGE, ...(next !== undefined && { continue: next }) },
      signal,
    });
    const page = readList(answer);
    items.push(...page.items);
    if (page.next === undefined) return { items, resourceVersion: page.resourceVersion };
    next = page.next;
  }
}
