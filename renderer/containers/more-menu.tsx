import { ActionIcon, Menu } from '@mantine/core';
import {
  IconAdjustments,
  IconBolt,
  IconCamera,
  IconCode,
  IconCopy,
  IconDots,
  IconEdit,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlayFilled,
  IconRefresh,
  IconSparkles,
  IconTerminal,
  IconTrash,
} from '@tabler/icons-react';
import { Link } from 'wouter';
import type { Container } from '../../electron/api/containers.ts';
import { copyText } from '../components/copy-text.ts';
import { client } from '../connection/screen.ts';
import { showFailure } from '../connection/show-failure.tsx';
import { openCommit } from './commit-form.tsx';
import { confirmRemoval } from './confirm-removal.tsx';
import { isUp, VERBS } from './container-verbs.ts';
import { copyRunCommand } from './copy-run-command.ts';
import { openLimits } from './limits-form.tsx';
import { openRename } from './rename-form.tsx';
import { confirmRenewal } from './renew.tsx';
import { useContainerActions } from './use-container-actions.ts';

const icon = { size: 16, stroke: 1.75 };

/** The actions of a container that have no button of their own. */
export function MoreMenu({ container }: { readonly container: Container }) {
  const { other } = useContainerActions(container);
  const { name } = container;
  return (
    <Menu position="bottom-end" width={210}>
      <Menu.Target>
        <ActionIcon aria-label={`More actions for ${name}`} loading={other.isPending}>
          <IconDots size={18} stroke={1.75} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {isUp(container) && (
          <Menu.Item
            leftSection={<IconRefresh {...icon} />}
            onClick={() => other.mutate('restart')}
          >
            Restart
          </Menu.Item>
        )}
        {VERBS.pause.applies(container) && (
          <Menu.Item
            leftSection={<IconPlayerPause {...icon} />}
            onClick={() => other.mutate('pause')}
          >
            Pause
          </Menu.Item>
        )}
        {VERBS.unpause.applies(container) && (
          <Menu.Item
            leftSection={<IconPlayerPlayFilled {...icon} />}
            onClick={() => other.mutate('unpause')}
          >
            Resume
          </Menu.Item>
        )}
        {isUp(container) && (
          <Menu.Item leftSection={<IconBolt {...icon} />} onClick={() => other.mutate('kill')}>
            Kill
          </Menu.Item>
        )}
        {isUp(container) && (
          <>
            <Menu.Item
              leftSection={<IconCode {...icon} />}
              onClick={() => void client.containers.openInEditor({ name }).catch(showFailure)}
            >
              Open in VS Code
            </Menu.Item>
            <Menu.Divider />
          </>
        )}
        <Menu.Item
          component={Link}
          href={`/containers/${container.id}/edit`}
          leftSection={<IconEdit {...icon} />}
        >
          Edit…
        </Menu.Item>
        <Menu.Item
          leftSection={<IconAdjustments {...icon} />}
          onClick={() => void openLimits(container).catch(showFailure)}
        >
          Change limits…
        </Menu.Item>
        <Menu.Item
          leftSection={<IconSparkles {...icon} />}
          onClick={() => confirmRenewal(container)}
        >
          Update image…
        </Menu.Item>
        <Menu.Item leftSection={<IconPencil {...icon} />} onClick={() => openRename(container)}>
          Rename…
        </Menu.Item>
        <Menu.Item leftSection={<IconCamera {...icon} />} onClick={() => openCommit(container)}>
          Save as an image…
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconCopy {...icon} />}
          onClick={() => void copyText(container.id, `The ID of ${container.name} was copied`)}
        >
          Copy ID
        </Menu.Item>
        <Menu.Item
          leftSection={<IconTerminal {...icon} />}
          onClick={() => void copyRunCommand(container).catch(showFailure)}
        >
          Copy docker run command
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          color="red"
          leftSection={<IconTrash {...icon} />}
          onClick={() => confirmRemoval([container], () => other.mutate('remove'))}
        >
          Remove…
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
