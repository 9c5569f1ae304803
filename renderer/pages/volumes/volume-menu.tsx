import { ActionIcon, Menu } from '@mantine/core';
import { IconCopy, IconDots, IconFileExport, IconFileImport, IconTrash } from '@tabler/icons-react';
import type { Volume } from '../../../electron/api/volumes.ts';
import { askToRemove, exportVolume, importInto } from './actions.tsx';
import { openCloneDialog } from './clone-dialog.tsx';

interface VolumeMenuProps {
  readonly volume: Volume;
  readonly onRemoved?: () => void;
}

/** Further actions for a volume. */
export function VolumeMenu({ volume, onRemoved }: VolumeMenuProps) {
  const { name } = volume;
  return (
    <Menu position="bottom-end" width={200}>
      <Menu.Target>
        <ActionIcon aria-label={`More actions for ${name}`}>
          <IconDots size={18} stroke={1.75} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconCopy size={16} />} onClick={() => openCloneDialog(volume)}>
          Clone…
        </Menu.Item>
        <Menu.Item leftSection={<IconFileExport size={16} />} onClick={() => exportVolume(name)}>
          Export to file…
        </Menu.Item>
        <Menu.Item leftSection={<IconFileImport size={16} />} onClick={() => importInto(volume)}>
          Import from file…
        </Menu.Item>
        <Menu.Item
          color="red"
          leftSection={<IconTrash size={16} />}
          onClick={() => askToRemove([volume], onRemoved)}
        >
          Remove…
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
