import { Select } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { KubeRef } from '../../../electron/api/kube/place.ts';
import type { ListedObject } from '../../../electron/api/kube/workloads.ts';
import { IconButton } from '../../components/icon-button.tsx';
import { client } from '../../connection/screen.ts';
import { LogView } from '../../logs/log-view.tsx';
import { useFollowed } from '../../logs/use-log.ts';
import { openPodLog } from './open-pod-log.ts';

/** Milliseconds before a broken log is opened again. */
const RETRY_DELAY = 2000;

interface PodLogsProps {
  readonly object: KubeRef;
  /** The pods of the object. */
  readonly pods: readonly ListedObject[];
}

/** The output of a pod, or of all pods of a workload, line by line. */
export function PodLogs({ object, pods }: PodLogsProps) {
  const containers = [...new Set(pods.flatMap((pod) => pod.containers))];
  const hasRestarted = pods.some(({ restarts }) => restarts > 0);
  const [chosen, choose] = useState<string | null>(null);
  const [isPrevious, setPrevious] = useState(false);
  const [attempt, setAttempt] = useState(0);
  const hasSeveral = pods.length > 1 || (containers.length > 1 && chosen === null);
  const log = useFollowed(
    () =>
      openPodLog(client.kube.pods, {
        ...object,
        hasSeveral: object.kind !== 'Pod' || hasSeveral,
        ...(chosen !== null && { container: chosen }),
        previous: isPrevious,
      }),
    JSON.stringify([object, chosen, isPrevious, attempt]),
  );
  const isBroken = log.end?.error !== undefined && !isPrevious;
  useEffect(() => {
    if (!isBroken) return;
    const retry = setTimeout(() => setAttempt((before) => before + 1), RETRY_DELAY);
    return () => clearTimeout(retry);
  }, [isBroken]);
  return (
    <LogView
      log={log}
      label={`Logs of ${object.name}`}
      choice={
        containers.length > 1 && (
          <Select
            size="xs"
            w={180}
            mr={6}
            aria-label="Container"
            placeholder="All containers"
            data={containers}
            value={chosen}
            onChange={choose}
            clearable
          />
        )
      }
      tools={() =>
        hasRestarted && (
          <IconButton
            label="Show the run before the restart"
            icon={<IconHistory size={17} stroke={1.75} />}
            pressed={isPrevious}
            onClick={() => setPrevious(!isPrevious)}
          />
        )
      }
      foot={log.end && log.end.error === undefined && <span>Ended</span>}
    />
  );
}
