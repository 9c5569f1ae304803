import { Anchor, Loader, Text, Title } from '@mantine/core';
import {
  IconMinus,
  IconPlayerPlay,
  IconPlayerStop,
  IconPlus,
  IconRefresh,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { Project, ProjectContainer } from '../../../electron/api/projects.ts';
import { IconButton } from '../../components/icon-button.tsx';
import type { ListColumn } from '../../components/list-column.ts';
import { ListTable } from '../../components/list-table.tsx';
import { client } from '../../connection/screen.ts';
import { Problems } from './problems.tsx';
import { ContainerState } from './project-state.tsx';
import classes from './projects.module.css';
import { useProjectActions } from './use-project-actions.tsx';

/** A container, or a service of the file that has no container yet. */
interface Row {
  readonly service: string;
  readonly image: string;
  readonly container: ProjectContainer | undefined;
}

const COLUMNS: readonly ListColumn<Row>[] = [
  {
    title: 'Service',
    width: '14%',
    sortBy: ({ service }) => service,
    cell: ({ service }) => <span title={service}>{service}</span>,
  },
  {
    title: 'Container',
    sortBy: ({ container }) => container?.name ?? '',
    cell: ({ container }) =>
      container ? (
        <Anchor
          component={Link}
          href={`/containers/${container.id}`}
          className={classes.link ?? ''}
          title={container.name}
        >
          {container.name}
        </Anchor>
      ) : (
        <span className={classes.quiet}>not created</span>
      ),
  },
  {
    title: 'Image',
    sortBy: ({ image }) => image,
    cell: ({ image }) => <span title={image}>{image}</span>,
  },
  {
    title: 'State',
    width: '210px',
    sortBy: ({ container }) => container?.state ?? '',
    cell: ({ container }) => container && <ContainerState container={container} />,
  },
  {
    title: 'Ports',
    width: '90px',
    cell: ({ container }) => <Ports container={container} />,
  },
];

function Ports({ container }: { readonly container: ProjectContainer | undefined }) {
  return (
    <span className={classes.ports}>
      {container?.ports.map(({ target, published, protocol }) =>
        published !== undefined && protocol === 'tcp' ? (
          <Anchor
            key={`${published}`}
            href={`http://localhost:${published}`}
            target="_blank"
            rel="noreferrer"
            className={classes.link ?? ''}
            title={`Container port ${target}`}
          >
            {published}
          </Anchor>
        ) : (
          <span key={`${target}${protocol}${published}`} className={classes.quiet}>
            {published ?? target}
            {protocol === 'tcp' ? '' : `/${protocol}`}
          </span>
        ),
      )}
    </span>
  );
}

/** The services of the project, and the variables that its file uses. */
export function ServicesTab({ project }: { readonly project: Project }) {
  const { files } = project;
  const { data: content, isLoading } = useQuery({
    queryKey: ['project', files],
    queryFn: () => client.projects.read({ files: [...files] }),
    enabled: files.length > 0,
    networkMode: 'always',
  });
  const actions = useProjectActions(project);
  const without = (content?.services ?? []).filter(
    ({ name }) => !project.containers.some(({ service }) => service === name),
  );
  const rows: Row[] = [
    ...project.containers.map((container) => ({
      ...{ service: container.service, image: container.image, container },
    })),
    ...without.map(({ name, image }) => ({ service: name, image, container: undefined })),
  ];
  return (
    <>
      {content && <Problems problems={content.problems} />}
      {isLoading && rows.length === 0 && <Loader size={24} />}
      <ListTable
        label="Services"
        rows={rows}
        columns={COLUMNS}
        rowId={({ service, container }) => container?.id ?? service}
        rowName={({ service, container }) => container?.name ?? service}
        actionsWidth="164px"
        actions={(row) => <ServiceActions row={row} rows={rows} actions={actions} />}
      />
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

const icon = { size: 18, stroke: 1.75 };

interface ServiceActionsProps {
  readonly row: Row;
  readonly rows: readonly Row[];
  readonly actions: ReturnType<typeof useProjectActions>;
}

function ServiceActions({ row, rows, actions }: ServiceActionsProps) {
  const { service, container } = row;
  const count = rows.filter((each) => each.service === service && each.container).length;
  const isFirst = rows.find((each) => each.service === service) === row;
  if (!isFirst) return null;
  return (
    <div className={classes.actions}>
      {container?.state === 'running' ? (
        <>
          <IconButton
            label={`Remove one container of ${service}`}
            tooltip="Scale down"
            icon={<IconMinus {...icon} />}
            onClick={() => void actions.scale(service, Math.max(0, count - 1))}
          />
          <IconButton
            label={`Add one container of ${service}`}
            tooltip="Scale up"
            icon={<IconPlus {...icon} />}
            onClick={() => void actions.scale(service, count + 1)}
          />
          <IconButton
            label={`Restart ${service}`}
            tooltip="Restart"
            icon={<IconRefresh {...icon} />}
            onClick={() => void actions.restart([service])}
          />
          <IconButton
            label={`Stop ${service}`}
            tooltip="Stop"
            icon={<IconPlayerStop {...icon} />}
            onClick={() => void actions.stop([service])}
          />
        </>
      ) : (
        <IconButton
          label={`Start ${service}`}
          tooltip="Start"
          icon={<IconPlayerPlay {...icon} />}
          onClick={() =>
            void (container ? actions.start([service]) : actions.up({ services: [service] }))
          }
        />
      )}
    </div>
  );
}
