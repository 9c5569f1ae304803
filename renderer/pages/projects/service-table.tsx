import { Anchor, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link } from 'wouter';
import type { Project } from '../../../electron/api/projects.ts';
import type { ListColumn } from '../../components/list-column.ts';
import { ListTable } from '../../components/list-table.tsx';
import { ScaleStepper } from '../../components/scale-stepper.tsx';
import { State } from '../../components/state-dot.tsx';
import { PortChip } from '../../containers/port-chip.tsx';
import projectClasses from './projects.module.css';
import { ServiceActions } from './service-actions.tsx';
import { runningIn, type ServiceRow, servicePorts, serviceState } from './service-rows.ts';
import classes from './service-table.module.css';
import { useProjectActions } from './use-project-actions.tsx';

/** Containers of a service that are named at first. */
const NAMED = 4;

const columnsOf = (project: Project): readonly ListColumn<ServiceRow>[] => [
  {
    title: 'Service',
    sortBy: ({ name }) => name,
    cell: ({ name, image }) => (
      <>
        <span className={classes.name} title={name}>
          {name}
        </span>
        <span className={classes.image} title={image}>
          {image}
        </span>
      </>
    ),
  },
  {
    title: 'State',
    width: '160px',
    sortBy: (row) => serviceState(row).text,
    cell: (row) => <State {...serviceState(row)} />,
  },
  {
    title: 'Containers',
    needsWidth: true,
    sortBy: (row) => -runningIn(row),
    cell: (row) => <Containers row={row} />,
  },
  {
    title: 'Scale',
    needsWidth: true,
    width: '124px',
    cell: (row) => row.content && <Scale project={project} row={row} />,
  },
  {
    title: 'Ports',
    width: '124px',
    cell: (row) => <Ports row={row} />,
  },
];

interface ServiceTableProps {
  readonly project: Project;
  readonly rows: readonly ServiceRow[];
}

/** The services of a project, with what can be done with each. */
export function ServiceTable({ project, rows }: ServiceTableProps) {
  return (
    <ListTable
      label="Services"
      rows={rows}
      columns={columnsOf(project)}
      rowId={({ name }) => name}
      rowName={({ name }) => name}
      actionsWidth="154px"
      actions={(row) => <ServiceActions project={project} row={row} />}
    />
  );
}

function Containers({ row: { name, containers } }: { readonly row: ServiceRow }) {
  const [showsAll, { open }] = useDisclosure();
  const hidden = showsAll ? 0 : Math.max(0, containers.length - NAMED);
  return (
    <span className={classes.containers}>
      {containers.slice(0, containers.length - hidden).map((container) => (
        <Anchor
          key={container.id}
          component={Link}
          href={`/containers/${container.id}`}
          className={projectClasses.link ?? ''}
          title={`${container.name}: ${container.status || container.state}`}
        >
          {container.name}
        </Anchor>
      ))}
      {hidden > 0 && (
        <UnstyledButton
          className={classes.more ?? ''}
          aria-label={`Show all containers of ${name}`}
          onClick={open}
        >
          {hidden} more
        </UnstyledButton>
      )}
    </span>
  );
}

function Scale({ project, row }: { readonly project: Project; readonly row: ServiceRow }) {
  const { busy, scale } = useProjectActions(project, row.name);
  return (
    <ScaleStepper
      name={row.name}
      unit="container"
      count={row.containers.length}
      busy={busy}
      onScale={(count) => void scale(row.name, count)}
    />
  );
}

function Ports({ row }: { readonly row: ServiceRow }) {
  return (
    <span className={classes.ports}>
      {servicePorts(row).map(({ target, published, protocol }) => (
        <PortChip
          key={`${published} ${target} ${protocol}`}
          containerPort={target}
          port={published}
          protocol={protocol}
        />
      ))}
    </span>
  );
}
