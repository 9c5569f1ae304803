import { ActionIcon, Menu, Tooltip } from '@mantine/core';
import {
  IconDownload,
  IconFilePlus,
  IconFolderPlus,
  IconPlus,
  IconRefresh,
  IconUpload,
} from '@tabler/icons-react';
import type { FilePlace } from '../../electron/api/files.ts';
import { IconButton } from '../components/icon-button.tsx';
import { client } from '../connection/screen.ts';
import { downloadCopy, downloadTar, uploadInto } from './actions.tsx';
import { askName } from './name-dialog.tsx';
import { pathIn } from './paths.ts';
import { refreshFiles } from './use-files.ts';

const icon = { size: 18, stroke: 1.75 };

interface FolderActionsProps {
  readonly place: FilePlace;
  readonly path: string;
  /** Called when a new file was created. */
  readonly onFile: (name: string) => void;
}

/** The actions for the open folder. */
export function FolderActions({ place, path, onFile }: FolderActionsProps) {
  const target = { place, path, isFolder: true };
  const newFolder = async (name: string) => {
    await client.files.createFolder({ place, path: pathIn(path, name) });
    await refreshFiles(place);
  };
  const newFile = async (name: string) => {
    await client.files.save({ place, path: pathIn(path, name), text: '' });
    await refreshFiles(place);
    onFile(name);
  };
  return (
    <>
      <Menu position="bottom-end" width={190}>
        <ActionMenuButton label="New" icon={<IconPlus {...icon} />} />
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconFolderPlus size={16} />}
            onClick={() =>
              askName({ title: 'New folder', action: 'Create folder', onName: newFolder })
            }
          >
            New folder…
          </Menu.Item>
          <Menu.Item
            leftSection={<IconFilePlus size={16} />}
            onClick={() => askName({ title: 'New file', action: 'Create file', onName: newFile })}
          >
            New file…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Menu position="bottom-end" width={190}>
        <ActionMenuButton label="Upload" icon={<IconUpload {...icon} />} />
        <Menu.Dropdown>
          <Menu.Item onClick={() => uploadInto(place, path, 'file')}>Upload a file…</Menu.Item>
          <Menu.Item onClick={() => uploadInto(place, path, 'folder')}>Upload a folder…</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Menu position="bottom-end" width={230}>
        <ActionMenuButton label="Download this folder" icon={<IconDownload {...icon} />} />
        <Menu.Dropdown>
          {path !== '/' && (
            <Menu.Item onClick={() => downloadCopy(target)}>Download as a folder…</Menu.Item>
          )}
          <Menu.Item onClick={() => downloadTar(target)}>Download as a tar…</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <IconButton
        label="Refresh"
        icon={<IconRefresh {...icon} />}
        onClick={() => refreshFiles(place)}
      />
    </>
  );
}

function ActionMenuButton({ label, icon: sign }: { label: string; icon: React.ReactNode }) {
  return (
    <Menu.Target>
      <Tooltip label={label}>
        <ActionIcon aria-label={label}>{sign}</ActionIcon>
      </Tooltip>
    </Menu.Target>
  );
}
