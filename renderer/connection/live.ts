import { keepFollowing } from './keep-following.ts';

/** The latest value of a stream, shared by all its readers. */
export interface Live<T> {
  /** Undefined until the first value arrives. */
  current(): T | undefined;
  /** Calls back for each value, until the returned function is called. */
  subscribe(listener: () => void): () => void;
}

/**
 * Opens the stream for the first reader, and closes it after the last reader has gone. A broken
 * stream is opened again: after a reconnect, or when the engine is back.
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
        // A page that closes may make way for another reader of the same stream.
        setTimeout(stopIfUnused, 0);
      };
    },
  };
}
