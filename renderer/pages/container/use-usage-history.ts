import { useEffect, useState } from 'react';
import { type Usage, usageHistorySeconds } from '../../../electron/api/usage.ts';
import { lostWith } from '../../connection/lost-with.ts';
import { client } from '../../connection/screen.ts';

const NOTHING: readonly Usage[] = [];

/** What a container used in the last minutes. Begins again with each run. */
export function useUsageHistory(container: string, run: string | undefined): readonly Usage[] {
  const [points, setPoints] = useState(NOTHING);
  useEffect(() => {
    if (run === undefined) return;
    const over = new AbortController();
    const follow = async () => {
      const history = await client.usage.history({ container }, { signal: over.signal });
      let all = NOTHING;
      for await (const fresh of history) {
        all = [...all, ...fresh].slice(-usageHistorySeconds);
        setPoints(all);
      }
    };
    // The state of the container or the VM shows why the stream ended.
    follow().catch(lostWith('the page'));
    return () => over.abort();
  }, [container, run]);
  return points;
}
