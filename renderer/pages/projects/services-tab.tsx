import { Loader, Text, Title } from '@mantine/core';
import type { Project } from '../../../electron/api/projects.ts';
import { Problems } from '../../components/problems.tsx';
import classes from './projects.module.css';
import { serviceRows } from './service-rows.ts';
import { ServiceTable } from './service-table.tsx';
import { useProjectContent } from './use-project-content.ts';
import { WatchCard } from './watch-card.tsx';

/** The services of the project, and the variables that its file uses. */
export function ServicesTab({ project }: { readonly project: Project }) {
  const { content, isLoading } = useProjectContent(project);
  const rows = serviceRows(project.containers, content);
  return (
    <>
      {content && <Problems problems={content.problems} />}
      {isLoading && rows.length === 0 && <Loader size={24} />}
      {content?.services.some(({ watches }) => watches) && <WatchCard project={project} />}
      <ServiceTable project={project} rows={rows} />
      {content && content.variables.length > 0 && (
        <section aria-labelledby="variables">
          <Title order={2} id="variables">
            Variables
          </Title>
          <Text size="sm" c="var(--quiet)">
            From the .env file next to the compose file. Variables of your shell override them.
          </Text>
          <dl className={classes.variables}>
            {content.variables.map(({ name, value }) => (
              <Variable key={name} name={name} value={value} />
            ))}
          </dl>
        </section>
      )}
    </>
  );
}

function Variable({ name, value }: { readonly name: string; readonly value: string }) {
  const isSecret = /pass|secret|token|key/i.test(name);
  return (
    <>
      <dt>{name}</dt>
      <dd>{isSecret ? '••••••••' : value}</dd>
    </>
  );
}
