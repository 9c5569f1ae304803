import { Anchor } from '@mantine/core';
import { Link } from 'wouter';
import type { Container } from '../../../electron/api/containers.ts';
import type { ListColumn } from '../../components/list-column.ts';
import { ContainerStatus, ContainerTime } from '../../containers/container-status.tsx';
import { PortChips } from '../../containers/port-chips.tsx';
import { formatBytes } from '../../format/bytes.ts';
import { useLatestUsage } from '../../usage/latest-usage.tsx';
import classes from './containers-page.module.css';

/** Sort order: running containers first. */
const ORDER = ['running', 'restarting', 'paused', 'created', 'removing', 'exited', 'dead'] as const;

export const COLUMNS: readonly ListColumn<Container>[] = [
  {
    title: 'Name',
    sortBy: ({ name }) => name,
    cell: ({ id, name, project, image }) => (
      <Anchor
        component={Link}
        href={`/containers/${id}`}
        c="inherit"
        fw={500}
        fz="sm"
        title={`${name}, from ${image}`}
      >
        {project !== undefined && name.startsWith(`${project}-`)
          ? name.slice(project.length + 1)
          : name}
      </Anchor>
    ),
  },
  {
    title: 'Image',
    needsRoom: true,
    sortBy: ({ image }) => image,
    cell: ({ image }) => (
      <span className={classes.quiet} title={image}>
        {image}
      </span>
    ),
  },
  {
    title: 'State',
    width: '240px',
    narrowWidth: '190px',
    sortBy: ({ state }) => ORDER.indexOf(state),
    cell: (container) => (
      <div className={classes.state}>
        <ContainerStatus container={container} />
        <span className={classes.quiet}>
          <ContainerTime container={container} />
        </span>
      </div>
    ),
  },
  {
    title: 'Ports',
    width: '176px',
    narrowWidth: '110px',
    sortBy: ({ ports }) => ports[0]?.port ?? 0,
    cell: (container) => <PortChips container={container} />,
  },
  {
    title: 'CPU',
    width: '90px',
    needsRoom: true,
    cell: ({ id }) => <Cpu id={id} />,
  },
  {
    title: 'Memory',
    width: '98px',
    needsRoom: true,
    cell: ({ id }) => <Memory id={id} />,
  },
];

function Cpu({ id }: { readonly id: string }) {
  const usage = useLatestUsage(id);
  return usage && <span className={classes.number}>{usage.cpuPercent.toFixed(1)} %</span>;
}

function Memory({ id }: { readonly id: string }) {
  const usage = useLatestUsage(id);
  return usage && <span className={classes.number}>{formatBytes(usage.memory)}</span>;
}
