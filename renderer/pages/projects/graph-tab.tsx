import { Loader, Text } from '@mantine/core';
import { useLocation } from 'wouter';
import type { Project } from '../../../electron/api/projects.ts';
import { pageOf } from './project-place.ts';
import { ServiceGraph } from './service-graph.tsx';
import { serviceRows } from './service-rows.ts';
import { ServiceTable } from './service-table.tsx';
import { useProjectContent } from './use-project-content.ts';

interface GraphTabProps {
  readonly project: Project;
  /** The service that is shown below the graph. */
  readonly service: string | undefined;
}

/** The services as a graph, and the chosen one with its actions. */
export function GraphTab({ project, service }: GraphTabProps) {
  const [, navigate] = useLocation();
  const { content, isLoading } = useProjectContent(project);
  const rows = serviceRows(project.containers, content);
  const chosen = rows.find(({ name }) => name === service);
  if (isLoading && rows.length === 0) return <Loader size={24} />;
  return (
    <>
      <ServiceGraph
        rows={rows}
        chosen={service}
        onChoose={(name) => navigate(pageOf(project.name, 'graph', name), { replace: true })}
      />
      {chosen ? (
        <ServiceTable project={project} rows={[chosen]} />
      ) : (
        <Text size="sm" c="var(--quiet)">
          A line leads from a service to the services that wait for it. Choose a service to see its
          containers and actions.
        </Text>
      )}
    </>
  );
}
