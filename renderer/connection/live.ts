import { keepFollowing } from './keep-following.ts';

/** The newest value of a stream, shared by all who look at it. */
export interface Live<T> {
  /** Undefined until the first value has come. */
  current(): T | undefined;
  /** Calls back for each value, until the returned function is called. */
  subscribe(listener: () => void): () => void;
}

/**
 * The stream is opened for the first who looks, and closed when the last has gone and nobody comes
 * in their place. When it breaks it is opened again: after a reconnect, or when the engine is back.
 */
export function createLive<T>(open: (signal: AbortSignal) => Promise<AsyncIterable<T>>): Live<T> {
  const listeners = new Set<() => void>();
  let current: T | undefined;
  let stop: AbortController | undefined;

  const follow = (signal: AbortSignal) =>
    keepFollowing(async (succeeded) => {
      for await (const value of await open(signal)) {
        if (signal.aborted) return;
        succeeded();
        current = value;
        for (const listener of listeners) listener();
      }
    }, signal);

  function stopIfUnused(): void {
    if (listeners.size > 0) return;
    stop?.abort();
    stop = undefined;
    current = undefined;
  }

  return {
    current: () => current,
    subscribe(listener) {
      listeners.add(listener);
      if (!stop) {
        stop = new AbortController();
        void follow(stop.signal);
      }
      return () => {
        listeners.delete(listener);
        // A page that is left makes place for one that may look at the same.
        setTimeout(stopIfUnused, 0);
      };
    },
  };
}
