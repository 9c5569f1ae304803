import { useDocumentVisibility } from '@mantine/hooks';
import { createContext, type ReactNode, useContext, useMemo, useSyncExternalStore } from 'react';
import type { Usage } from '../../electron/api/usage.ts';
import { createLive } from '../connection/live.ts';
import { client } from '../connection/screen.ts';

type LatestUsage = Readonly<Record<string, Usage>>;

const Latest = createContext<LatestUsage>({});

interface LatestUsageProps {
  /** IDs of running containers. */
  readonly containers: readonly string[];
  readonly children: ReactNode;
}

/** Watches what containers use while the page is visible, and provides it to its children. */
export function LatestUsageProvider({ containers, children }: LatestUsageProps) {
  const isSeen = useDocumentVisibility() === 'visible';
  const ids = isSeen ? [...containers].sort().join(' ') : '';
  const live = useMemo(
    () =>
      createLive((signal) =>
        client.usage.watch({ containers: ids === '' ? [] : ids.split(' ') }, { signal }),
      ),
    [ids],
  );
  const latest = useSyncExternalStore(live.subscribe, live.current);
  return <Latest value={latest ?? {}}>{children}</Latest>;
}

/** Undefined for a container that doesn't run, and until it is known. */
export const useLatestUsage = (id: string): Usage | undefined => useContext(Latest)[id];
