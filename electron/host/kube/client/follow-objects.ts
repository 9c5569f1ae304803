import * as z from 'zod';
import { HostError } from '../../base/errors.ts';
import { loggerOf } from '../../base/log.ts';
import { isLostConnection } from '../../base/lost-connection.ts';
import { Retries } from '../../base/retries.ts';
import { type KubeObject, kubeObjectSchema } from '../objects/kube-object.ts';
import { isGone, readStatus } from './api-error.ts';
import { refusal } from './explain.ts';
import type { KubeClient, KubeQuery } from './kube-client.ts';
import { linesOf } from './lines.ts';
import { listObjects } from './list-objects.ts';

const log = loggerOf('kube');

/** All objects at once, at the beginning and after a gap; then each change. */
export type KubeChange =
  | { readonly type: 'LIST'; readonly objects: readonly KubeObject[] }
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: KubeObject };

const lineSchema = z.looseObject({
  type: z.enum(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR']),
  object: z.unknown(),
});

const bookmarkSchema = z.looseObject({
  metadata: z.looseObject({ resourceVersion: z.string() }),
});

/** The cluster ends a watch after this time, and Berth continues with the next. */
const WATCH_SECONDS = 240;
/** A connection that is silent for longer than the watch may last is dead. */
const GRACE_SECONDS = 30;
/** After failing for so long, a cluster that was there is gone. */
const PATIENCE_MS = 60_000;

/**
 * Delivers the objects at a path and their changes, until `signal` aborts. Survives the ends of
 * watches, lost connections and versions that the cluster no longer has (410). Rejects if the
 * cluster refuses, or doesn't answer for a minute.
 */
export async function* followObjects(
  client: KubeClient,
  path: string,
  query: KubeQuery,
  signal: AbortSignal,
): AsyncGenerator<KubeChange> {
  const retries = new Retries(log, `Watching ${path}`, { firstMs: 250, longestMs: 5_000 });
  let version: string | undefined;
  let failingSince: number | undefined;
  while (!signal.aborted) {
    try {
      if (version === undefined) {
        const list = await listObjects(client, path, query, signal);
        version = list.resourceVersion;
        yield { type: 'LIST', objects: list.items };
      }
      for await (const line of watch(
        client,
        path,
        { ...query, resourceVersion: version },
        signal,
      )) {
        retries.succeeded();
        failingSince = undefined;
        if (line.type === 'BOOKMARK') {
          version = bookmarkSchema.parse(line.object).metadata.resourceVersion;
          continue;
        }
        const object = kubeObjectSchema.parse(line.object);
        version = object.metadata.resourceVersion ?? version;
        yield { type: line.type, object };
      }
    } catch (error) {
      if (signal.aborted) return;
      if (isGone(error)) version = undefined;
      else if (!isPassing(error)) throw error;
      failingSince ??= Date.now();
      if (Date.now() - failingSince > PATIENCE_MS) throw error;
      await retries.failed(error, signal);
      continue;
    }
    // A cluster that ends every watch at once mustn't be asked without a pause.
    await retries.pause(signal);
  }
}

/** Whether the same request may work later. */
function isPassing(error: unknown): boolean {
  if (isLostConnection(error)) return true;
  if (!(error instanceof HostError)) return false;
  return (
    error.code === 'timeout' ||
    error.code === 'connection' ||
    (error.code === 'engine' && (error.status ?? 0) >= 500)
  );
}

interface WatchLine {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: unknown;
}

async function* watch(
  client: KubeClient,
  path: string,
  query: KubeQuery,
  signal: AbortSignal,
): AsyncGenerator<WatchLine> {
  const answer = await client.stream(path, {
    query: { ...query, watch: true, allowWatchBookmarks: true, timeoutSeconds: WATCH_SECONDS },
    signal,
  });
  const timer = setTimeout(
    () => answer.destroy(new HostError('timeout', 'the watch is silent')),
    (WATCH_SECONDS + GRACE_SECONDS) * 1000,
  ).unref();
  try {
    for await (const line of linesOf(answer)) {
      if (line === '') continue;
      const { type, object } = lineSchema.parse(JSON.parse(line));
      if (type === 'ERROR') throw watchError(client, object);
      yield { type, object };
    }
  } finally {
    clearTimeout(timer);
    answer.destroy();
  }
}

function watchError(client: KubeClient, object: unknown): Error {
  const status = readStatus(object);
  const code = status?.code ?? 500;
  return refusal(client.context, code, '', status);
}
