import { ActionIcon, Menu } from '@mantine/core';
import {
  IconDots,
  IconFileCode,
  IconFileText,
  IconHistory,
  IconPlugConnected,
  IconRefresh,
  IconTerminal2,
  IconTrash,
} from '@tabler/icons-react';
import { useLocation } from 'wouter';
import type { ListedObject } from '../../../electron/api/kube/workloads.ts';
import { IconButton } from '../../components/icon-button.tsx';
import { openForward } from './forward-dialog.tsx';
import classes from './kubernetes.module.css';
import { canRestart, hasHistory, logSource, type WorkloadRow } from './object-rows.ts';
import { pageOf } from './places.ts';
import { useObjectActions } from './use-object-actions.tsx';

const icon = { size: 18, stroke: 1.75 };
const small = { size: 16 };

interface ObjectActionsProps {
  readonly context: string;
  readonly object: ListedObject | WorkloadRow;
}

/** The buttons at the end of a row. */
export function RowActions({ context, object }: ObjectActionsProps) {
  const [, navigate] = useLocation();
  const { kind, namespace, name } = object;
  const ref = { context, kind, namespace, name };
  const actions = useObjectActions(ref);
  const source = logSource(object);
  return (
    <div className={classes.actions}>
      {kind === 'Pod' && (
        <IconButton
          label={`Open a terminal in ${name}`}
          tooltip="Terminal"
          icon={<IconTerminal2 {...icon} />}
          disabled={object.status !== 'Running' && !object.isHealthy}
          onClick={() => navigate(pageOf(ref, 'terminal'))}
        />
      )}
      {canRestart(kind) && (
        <IconButton
          label={`Restart ${name}`}
          tooltip="Restart"
          icon={<IconRefresh {...icon} />}
          loading={actions.busy}
          onClick={() => void actions.restart()}
        />
      )}
      <IconButton
        label={`Logs of ${name}`}
        tooltip="Logs"
        icon={<IconFileText {...icon} />}
        unavailable={source ? undefined : 'No logs: the cluster keeps no run of this CronJob'}
        onClick={() =>
          source && navigate(pageOf({ ...ref, kind: source.kind, name: source.name }, 'logs'))
        }
      />
      <MoreMenu context={context} object={object} />
    </div>
  );
}

/** The actions that have no button of their own. */
export function MoreMenu({ context, object }: ObjectActionsProps) {
  const [, navigate] = useLocation();
  const { kind, namespace, name } = object;
  const ref = { context, kind, namespace, name };
  const actions = useObjectActions(ref);
  return (
    <Menu position="bottom-end" width={200}>
      <Menu.Target>
        <ActionIcon aria-label={`More actions for ${name}`} loading={actions.busy}>
          <IconDots {...icon} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {hasHistory(kind) && (
          <Menu.Item
            leftSection={<IconHistory {...small} />}
            onClick={() => navigate(pageOf(ref, 'history'))}
          >
            Roll back…
          </Menu.Item>
        )}
        {kind !== 'CronJob' && (
          <Menu.Item
            leftSection={<IconPlugConnected {...small} />}
            onClick={() => openForward(ref, portsOf(object))}
          >
            Forward a port…
          </Menu.Item>
        )}
        <Menu.Item
          leftSection={<IconFileCode {...small} />}
          onClick={() => navigate(pageOf(ref, 'yaml'))}
        >
          Edit YAML
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          color="red"
          leftSection={<IconTrash {...small} />}
          onClick={() => actions.remove()}
        >
          Delete…
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** The ports that an object or its pods name. */
function portsOf(object: ListedObject | WorkloadRow): string[] {
  const below = 'below' in object ? object.below : [];
  return [...new Set([object, ...below].flatMap(({ ports }) => ports))].map(String);
}
