import { KubeError } from '../../kube-error.ts';
import type { KubeObject, Stored } from '../../objects/kube-object.ts';
import type { ObjectChange } from '../../objects/object-change.ts';
import { apiVersionOf } from '../../objects/resource.ts';
import type { Api, ApiRequest, Reply } from '../api.ts';
import { selectionOf } from '../selectors/selection.ts';
import { errorStatus } from '../status.ts';
import { represent } from '../table/represent.ts';

/** The time between bookmarks, which tell a client that it is up to date; as in Kubernetes. */
const BOOKMARK_MS = 60_000;
/** Without `timeoutSeconds`. */
const DEFAULT_TIMEOUT_SECONDS = 3600;
/** Node's timers have 32 bits, in milliseconds. */
const LONGEST_TIMEOUT_SECONDS = 86_400;
/** A client that is further behind is cut off, and continues from the last version it saw. */
const MAX_QUEUED = 1_000;

interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: object;
}

/** A stream of changes, a JSON object a line. */
export function watch(api: Api, request: ApiRequest): Reply {
  const events = watchEvents(api, request);
  const lines = (async function* () {
    for await (const event of events) yield `${JSON.stringify(event)}\n`;
  })();
  return { kind: 'stream', contentType: 'application/json', chunks: lines };
}

async function* watchEvents(
  api: Api,
  { target, query, headers, signal }: ApiRequest,
): AsyncGenerator<WatchEvent> {
  const { objects } = api;
  const { resource, namespace } = target;
  const selects = selectionOf(target, query);
  const version = query.get('resourceVersion') ?? '';
  const startsWithAll = version === '' || version === '0' || query.has('sendInitialEvents');
  const wantsBookmarks = query.get('allowWatchBookmarks') === 'true';
  const asked = Number(query.get('timeoutSeconds')) || DEFAULT_TIMEOUT_SECONDS;
  const timeout = Math.min(Math.max(asked, 0), LONGEST_TIMEOUT_SECONDS);

  const queue = new ChangeQueue();
  const ended = AbortSignal.any([signal, AbortSignal.timeout(timeout * 1000)]);
  const stop = objects.listen(resource, (change) => queue.push(change));
  const bookmarks = setInterval(() => queue.push('bookmark'), BOOKMARK_MS);
  ended.addEventListener('abort', () => queue.end());
  const stopForced = objects.onForget(() => queue.push('expired'));
  try {
    const shown = (object: Stored<KubeObject>) => represent(resource, object, headers, query);
    const bookmark = (annotations?: Record<string, string>): WatchEvent => ({
      type: 'BOOKMARK',
      object: {
        ...{ kind: resource.kind, apiVersion: apiVersionOf(resource) },
        metadata: { resourceVersion: objects.version, ...(annotations ? { annotations } : {}) },
      },
    });
    if (startsWithAll) {
      for (const object of objects.list(resource, namespace).filter(selects)) {
        yield { type: 'ADDED', object: shown(object) };
      }
      if (query.get('sendInitialEvents') === 'true' && wantsBookmarks) {
        yield bookmark({ 'k8s.io/initial-events-end': 'true' });
      }
    } else {
      for (const change of objects.changesSince(resource, version)) {
        const event = selected(change, selects);
        if (event) yield { type: event.type, object: shown(event.object) };
      }
    }
    for await (const change of queue) {
      if (change === 'expired') {
        throw new KubeError('Expired', 'The resourceVersion for the provided watch is too old.');
      }
      if (change === 'bookmark') {
        if (wantsBookmarks) yield bookmark();
        continue;
      }
      const event = selected(change, selects);
      if (event) yield { type: event.type, object: shown(event.object) };
    }
  } catch (error) {
    if (!(error instanceof KubeError)) api.log(`watching ${resource.plural}`, error);
    yield { type: 'ERROR', object: errorStatus(error) };
  } finally {
    stop();
    stopForced();
    clearInterval(bookmarks);
  }
}

/** What a change means for those that see only the selected objects. */
function selected(
  { type, object, previous }: ObjectChange,
  selects: (object: Stored<KubeObject>) => boolean,
): ObjectChange | undefined {
  const was = previous !== undefined && selects(previous);
  if (type === 'ADDED') return selects(object) ? { type, object } : undefined;
  if (type === 'DELETED') return was || selects(object) ? { type, object } : undefined;
  const is = selects(object);
  if (is) return { type: was ? 'MODIFIED' : 'ADDED', object };
  return was ? { type: 'DELETED', object } : undefined;
}

type Queued = ObjectChange | 'bookmark' | 'expired';

/** Changes in their order, from the store to one client. */
class ChangeQueue implements AsyncIterable<Queued> {
  readonly #changes: Queued[] = [];
  #wake: () => void = () => {};
  #isEnded = false;

  push(change: Queued): void {
    if (this.#isEnded) return;
    this.#changes.push(change);
    if (this.#changes.length > MAX_QUEUED) this.#isEnded = true;
    this.#wake();
  }

  end(): void {
    this.#isEnded = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Queued> {
    while (!this.#isEnded) {
      const change = this.#changes.shift();
      if (change !== undefined) yield change;
      else await new Promise<void>((resolve) => this.#wakeWith(resolve));
    }
  }

  #wakeWith(resolve: () => void): void {
    this.#wake = resolve;
    if (this.#isEnded || this.#changes.length > 0) resolve();
  }
}
