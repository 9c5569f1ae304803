import type { Event } from 'kubernetes-types/core/v1.js';
import type { KubeObject, Stored } from './kube-object.ts';
import type { Objects } from './objects.ts';
import { events } from './resources.ts';

/**
 * Records what happened to an object, as `kubectl describe` shows it. The same event again only
 * counts.
 */
export async function recordEvent(
  objects: Objects,
  about: Stored<KubeObject>,
  { type, reason, message }: Required<Pick<Event, 'type' | 'reason' | 'message'>>,
): Promise<void> {
  const { apiVersion, kind, metadata } = about;
  const namespace = metadata.namespace ?? 'default';
  const lastTimestamp = `${new Date().toISOString().slice(0, 19)}Z`;
  const same = objects
    .list(events, namespace)
    .find(
      (event) =>
        event.involvedObject.uid === metadata.uid &&
        event.reason === reason &&
        event.message === message,
    );
  if (same) {
    const { name } = same.metadata;
    await objects.change(events, { namespace, name }, (event) => ({
      ...event,
      count: (event.count ?? 1) + 1,
      lastTimestamp,
    }));
    return;
  }
  await objects.create(events, {
    metadata: { namespace, name: `${metadata.name}.${nextSuffix()}` },
    involvedObject: {
      ...{ apiVersion, kind, name: metadata.name, uid: metadata.uid },
      ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
    },
    ...{ type, reason, message, count: 1, firstTimestamp: lastTimestamp, lastTimestamp },
    source: { component: 'berth' },
  });
}

let last = 0n;

/** The time in nanoseconds: clients list events of the same second in the order of their names. */
function nextSuffix(): string {
  const now = BigInt(Date.now()) * 1_000_000n;
  last = now > last ? now : last + 1n;
  return last.toString(16);
}
