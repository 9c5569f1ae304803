import { followLists } from '../client/follow-lists.ts';
import type { KubeClient } from '../client/kube-client.ts';
import { eventSchema, eventTime, type KubeEvent } from '../objects/event.ts';

/** More are of no use to a person. */
const MOST_EVENTS = 500;

export const eventsPath = (namespace: string | undefined): string =>
  namespace === undefined
    ? '/api/v1/events'
    : `/api/v1/namespaces/${encodeURIComponent(namespace)}/events`;

/**
 * Yields the last events of a namespace or of all, the newest first, and again after each change,
 * until `signal` aborts. Rejects if the cluster can't be reached.
 */
export async function* followEvents(
  client: KubeClient,
  namespace: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<KubeEvent[], void, undefined> {
  const lists = { events: { path: eventsPath(namespace) } };
  for await (const { events } of followLists(client, lists, signal)) {
    const parsed = events.map((event) => eventSchema.parse(event));
    parsed.sort((a, b) => (eventTime(a) < eventTime(b) ? 1 : -1));
    yield parsed.slice(0, MOST_EVENTS);
  }
}
