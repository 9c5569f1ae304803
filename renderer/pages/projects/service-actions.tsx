import { ActionIcon, Menu, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import {
  IconCloudDownload,
  IconDots,
  IconFileText,
  IconHammer,
  IconPlayerPlayFilled,
  IconPlayerStopFilled,
  IconRefresh,
  IconTerminal,
  IconTerminal2,
  IconTrash,
} from '@tabler/icons-react';
import { useLocation } from 'wouter';
import type { Project } from '../../../electron/api/projects.ts';
import { confirmLoss } from '../../components/confirm.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { pageOf } from './project-place.ts';
import classes from './projects.module.css';
import { RunDialog } from './run-dialog.tsx';
import type { ServiceRow } from './service-rows.ts';
import { useProjectActions } from './use-project-actions.tsx';

const icon = { size: 18, stroke: 1.75 };
const small = { size: 16 };

interface ServiceActionsProps {
  readonly project: Project;
  readonly row: ServiceRow;
}

/** The buttons at the end of a service's row. */
export function ServiceActions({ project, row }: ServiceActionsProps) {
  const [, navigate] = useLocation();
  const { name, containers, content } = row;
  const actions = useProjectActions(project, name);
  const { busy } = actions;
  const [isAsking, ask] = useDisclosure();
  const running = containers.find(({ state }) => state === 'running');
  const exists = containers.length > 0;
  const start = () => void (exists ? actions.start([name]) : actions.up({ services: [name] }));
  return (
    <div className={classes.actions}>
      {running ? (
        <IconButton
          label={`Stop ${name}`}
          tooltip="Stop"
          icon={<IconPlayerStopFilled {...icon} />}
          loading={busy}
          onClick={() => void actions.stop([name])}
        />
      ) : (
        <IconButton
          label={`Start ${name}`}
          tooltip="Start"
          icon={<IconPlayerPlayFilled {...icon} />}
          loading={busy}
          onClick={start}
        />
      )}
      <IconButton
        label={`Logs of ${name}`}
        tooltip="Logs"
        icon={<IconFileText {...icon} />}
        disabled={!exists}
        onClick={() => navigate(pageOf(project.name, 'logs', name))}
      />
      <IconButton
        label={`Open a terminal in ${name}`}
        tooltip="Terminal"
        icon={<IconTerminal2 {...icon} />}
        disabled={!running}
        onClick={() => running && navigate(`/containers/${running.id}/terminal`)}
      />
      <Menu position="bottom-end" width={220}>
        <Menu.Target>
          <ActionIcon aria-label={`More actions for ${name}`}>
            <IconDots {...icon} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconRefresh {...small} />}
            disabled={busy || !exists}
            onClick={() => void actions.restart([name])}
          >
            Restart
          </Menu.Item>
          {content?.builds && (
            <Menu.Item
              leftSection={<IconHammer {...small} />}
              disabled={busy}
              onClick={() => void actions.rebuild(name)}
            >
              Rebuild
            </Menu.Item>
          )}
          {content && !content.builds && (
            <Menu.Item
              leftSection={<IconCloudDownload {...small} />}
              disabled={busy}
              onClick={() => void actions.pull([name])}
            >
              Pull image
            </Menu.Item>
          )}
          {content && (
            <Menu.Item leftSection={<IconTerminal {...small} />} onClick={ask.open}>
              Run a command…
            </Menu.Item>
          )}
          <Menu.Divider />
          <Menu.Item
            color="red"
            leftSection={<IconTrash {...small} />}
            disabled={busy || !exists}
            onClick={() => confirmServiceRemoval(row, () => void actions.remove([name]))}
          >
            Remove containers…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <RunDialog project={project} service={name} opened={isAsking} onClose={ask.close} />
    </div>
  );
}

function confirmServiceRemoval({ name, containers }: ServiceRow, onConfirm: () => void): void {
  const [first] = containers;
  const what =
    containers.length === 1 && first
      ? `the container ${first.name}`
      : `the ${containers.length} containers of ${name}`;
  confirmLoss({
    title: `Remove the containers of ${name}?`,
    action: 'Remove containers',
    onConfirm,
    children: (
      <Text size="sm">
        Berth stops and removes {what}. Files written in the containers are deleted, and so are
        their anonymous volumes. This can't be undone. Named volumes and the compose file stay.
      </Text>
    ),
  });
}
