import { MultiSelect } from '@mantine/core';
import { useEffect, useMemo, useState } from 'react';
import type { Project } from '../../../electron/api/projects.ts';
import { client } from '../../connection/screen.ts';
import { LogView } from '../../logs/log-view.tsx';
import { type FollowedLog, useFollowed } from '../../logs/use-log.ts';
import { openProjectLog } from './open-project-log.ts';

/** Milliseconds before a broken log is opened again. */
const RETRY_DELAY = 1000;

interface ProjectLogsProps {
  readonly project: Project;
  /** The service to show at first; all services without it. */
  readonly service: string | undefined;
}

/** The output of a project's containers, line by line. Each service has its own colour. */
export function ProjectLogs({ project, service }: ProjectLogsProps) {
  const services = useMemo(
    () => [...new Set(project.containers.map(({ service }) => service))].sort(),
    [project.containers],
  );
  const [chosen, choose] = useState<string[]>(service === undefined ? [] : [service]);
  const log = useProjectLog(project.name, chosen, services);
  return (
    <LogView
      log={log}
      label={`Logs of ${project.name}`}
      choice={
        <MultiSelect
          size="xs"
          maw={360}
          mr={6}
          aria-label="Services to show"
          placeholder={chosen.length === 0 ? 'All services' : ''}
          data={services}
          value={chosen}
          onChange={choose}
          clearable
        />
      }
    />
  );
}

function useProjectLog(
  name: string,
  chosen: readonly string[],
  services: readonly string[],
): FollowedLog {
  const [attempt, setAttempt] = useState(0);
  const log = useFollowed(
    () => openProjectLog(client.projects, { name, chosen, services }),
    JSON.stringify([name, chosen, attempt]),
  );
  useEffect(() => {
    if (!log.end) return;
    const retry = setTimeout(() => setAttempt((before) => before + 1), RETRY_DELAY);
    return () => clearTimeout(retry);
  }, [log.end]);
  return log;
}
