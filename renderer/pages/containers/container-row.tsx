import { Anchor, Table } from '@mantine/core';
import { IconFileText, IconPlayerPlay, IconPlayerStop, IconTerminal2 } from '@tabler/icons-react';
import { Link, useLocation } from 'wouter';
import type { Container } from '../../../electron/api/containers.ts';
import { IconButton } from '../../components/icon-button.tsx';
import classes from './container-row.module.css';
import { ContainerStatus, ContainerTime } from './container-status.tsx';
import { MoreMenu } from './more-menu.tsx';
import { isUp, useContainerActions } from './use-container-actions.ts';

const icon = { size: 18, stroke: 1.75 };

export function ContainerRow({ container }: { readonly container: Container }) {
  const [, navigate] = useLocation();
  const { start, stop } = useContainerActions(container);
  const { id, name, image } = container;
  const page = `/containers/${id}`;
  return (
    <Table.Tr>
      <Table.Td title={name}>
        <Anchor component={Link} href={page} c="inherit" fw={500} fz="sm">
          {name}
        </Anchor>
      </Table.Td>
      <Table.Td title={image}>{image}</Table.Td>
      <Table.Td>
        <span className={classes.state}>
          <ContainerStatus container={container} />
          <span className={classes.quiet}>
            <ContainerTime container={container} />
          </span>
        </span>
      </Table.Td>
      <Table.Td>
        <div className={classes.actions}>
          {isUp(container) ? (
            <>
              <IconButton
                label={`Open a terminal in ${name}`}
                tooltip="Terminal"
                icon={<IconTerminal2 {...icon} />}
                onClick={() => navigate(page)}
              />
              <IconButton
                label={`Stop ${name}`}
                tooltip="Stop"
                icon={<IconPlayerStop {...icon} />}
                loading={stop.isPending}
                onClick={() => stop.mutate()}
              />
            </>
          ) : (
            <IconButton
              label={`Start ${name}`}
              tooltip="Start"
              icon={<IconPlayerPlay {...icon} />}
              loading={start.isPending}
              onClick={() => start.mutate()}
            />
          )}
          <IconButton
            label={`Logs of ${name}`}
            tooltip="Logs"
            icon={<IconFileText {...icon} />}
            onClick={() => navigate(`${page}/logs`)}
          />
          <MoreMenu container={container} />
        </div>
      </Table.Td>
    </Table.Tr>
  );
}
