import { useEffect, useState } from 'react';
import type { LogRange } from '../../electron/api/logs.ts';
import { client } from '../connection/screen.ts';
import { type LineTest, LogSearch } from './log-search.ts';
import { LogStore } from './log-store.ts';
import { type OpenLog, openLog } from './open-log.ts';

export interface FollowedLog {
  readonly store: LogStore;
  /** Changes whenever the store does; counts drawings, not lines. */
  readonly version: number;
  /** Undefined while the log continues. */
  readonly end: { readonly error?: unknown } | undefined;
}

/** Calls `draw` at most once a frame. */
function onceAFrame(draw: () => void) {
  let frame: number | undefined;
  return {
    ask() {
      frame ??= requestAnimationFrame(() => {
        frame = undefined;
        draw();
      });
    },
    cancel() {
      if (frame !== undefined) cancelAnimationFrame(frame);
    },
  };
}

/**
 * Follows the log of a container. Begins again when the container, the range or the run changes.
 */
export function useLog(container: string, range: LogRange, run: string): FollowedLog {
  const key = JSON.stringify([container, range, run]);
  return useFollowed(() => openLog(client.logs, { container, range }), key);
}

/** Follows the log that `open` opens. Begins again when the key changes. */
export function useFollowed(open: () => OpenLog, key: string): FollowedLog {
  const [log, setLog] = useState<FollowedLog>(() => ({
    ...{ store: new LogStore(), version: 0, end: undefined },
  }));
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key tells when.
  useEffect(() => {
    const { store, ended, close } = open();
    let isOpen = true;
    setLog(({ version }) => ({ store, version: version + 1, end: undefined }));
    const drawing = onceAFrame(() => setLog((log) => ({ ...log, version: log.version + 1 })));
    const unsubscribe = store.subscribe(drawing.ask);
    void ended.then((end) => isOpen && setLog((log) => ({ ...log, end })));
    return () => {
      isOpen = false;
      drawing.cancel();
      unsubscribe();
      close();
    };
  }, [key]);
  return log;
}

export interface FoundLines {
  /** The numbers of the lines. */
  readonly matches: readonly number[];
  /** There may be more matches among the lines. */
  readonly isSearching: boolean;
}

const NOTHING: FoundLines = { matches: [], isSearching: false };

/**
 * The lines of a log that pass a test; none without a test. The test must stay the same between two
 * renderings.
 */
export function useFoundLines(store: LogStore, test: LineTest | undefined): FoundLines {
  const [found, setFound] = useState(NOTHING);
  useEffect(() => {
    if (!test) {
      setFound(NOTHING);
      return;
    }
    setFound({ matches: [], isSearching: true });
    const search = new LogSearch(store, test, () =>
      setFound({ matches: search.matches, isSearching: !search.hasSearchedAll }),
    );
    return () => search.close();
  }, [store, test]);
  return found;
}
