import { IconFileText } from '@tabler/icons-react';
import { useMemo } from 'react';
import { Notice } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { client, useContainers } from '../../connection/screen.ts';
import { LogView } from '../../logs/log-view.tsx';
import { openLogs } from '../../logs/open-log.ts';
import { useFollowed } from '../../logs/use-log.ts';

/** Lines of each container to show at first. */
const TAIL = 1000;

/** The logs of several containers as one. Each container has its own colour. */
export function CombinedLogs({ ids }: { readonly ids: readonly string[] }) {
  const containers = useContainers()?.filter(({ id }) => ids.includes(id));
  if (!containers) return <Page title="Logs">{null}</Page>;
  if (containers.length === 0) {
    return (
      <Notice
        icon={<IconFileText size={32} stroke={1.5} />}
        title="These containers no longer exist"
      >
        {null}
      </Notice>
    );
  }
  return (
    <Page
      fills
      parent={{ title: 'Containers', href: '/containers' }}
      title="Logs"
      summary={containers.map(({ name }) => name).join(', ')}
    >
      <Lines containers={containers} />
    </Page>
  );
}

interface LinesProps {
  readonly containers: readonly {
    readonly id: string;
    readonly name: string;
    readonly startedAt?: string | undefined;
  }[];
}

function Lines({ containers }: LinesProps) {
  // Each start is a new run, whose log must be opened.
  const key = containers.map(({ id, startedAt = '' }) => `${id} ${startedAt}`).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key has all that matters.
  const sources = useMemo(() => containers.map(({ id, name }) => ({ id, name })), [key]);
  const log = useFollowed(() => openLogs(client.logs, sources, { tail: TAIL }), key);
  return <LogView log={log} label="Logs of several containers" choice={null} />;
}
