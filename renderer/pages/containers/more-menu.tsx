import { ActionIcon, Menu } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconBolt, IconDots, IconTrash } from '@tabler/icons-react';
import type { Container } from '../../../electron/api/containers.ts';
import { Confirm } from '../../components/confirm.tsx';
import { isUp, useContainerActions } from './use-container-actions.ts';

/** The actions that lose something. */
export function MoreMenu({ container }: { readonly container: Container }) {
  const { kill, remove } = useContainerActions(container);
  const [asking, ask] = useDisclosure();
  const { name } = container;
  const up = isUp(container);
  return (
    <>
      <Menu position="bottom-end" width={160}>
        <Menu.Target>
          <ActionIcon aria-label={`More for ${name}`} loading={kill.isPending || remove.isPending}>
            <IconDots size={18} stroke={1.75} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {up && (
            <Menu.Item leftSection={<IconBolt size={16} />} onClick={() => kill.mutate()}>
              Kill
            </Menu.Item>
          )}
          <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={ask.open}>
            Remove…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Confirm
        opened={asking}
        title={`Remove ${name}?`}
        text={
          up
            ? 'It is running: it is killed, and the files that it wrote are deleted.'
            : 'The files that it wrote are deleted.'
        }
        action="Remove"
        onConfirm={() => remove.mutate()}
        onClose={ask.close}
      />
    </>
  );
}
