import { useEffect, useState } from 'react';
import { type Explained, explain } from './failure.ts';
import { keepFollowing } from './keep-following.ts';

export interface Watched<T> {
  /** Undefined until the first value arrives. */
  readonly value?: T | undefined;
  /** Why the stream broke; undefined again with the next value. The stream is opened again meanwhile. */
  readonly failure?: Explained | undefined;
}

interface KeyedState<T> extends Watched<T> {
  readonly key: string;
}

/** The latest value of a stream for one part of a page. Opens another stream when the key changes. */
export function useWatched<T>(
  key: string,
  open: (signal: AbortSignal) => Promise<AsyncIterable<T>>,
): Watched<T> {
  const [state, setState] = useState<KeyedState<T>>({ key });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key tells when.
  useEffect(() => {
    const over = new AbortController();
    const { signal } = over;
    const follow = async (succeeded: () => void) => {
      try {
        for await (const value of await open(signal)) {
          if (signal.aborted) return;
          succeeded();
          setState({ key, value });
        }
      } catch (error) {
        if (!signal.aborted) {
          const failure = explain(error);
          setState((before) => ({ ...(before.key === key ? before : { key }), failure }));
        }
        throw error;
      }
    };
    void keepFollowing(follow, signal);
    return () => over.abort();
  }, [key]);
  return state.key === key ? state : {};
}
