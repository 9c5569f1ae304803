import { Button, Switch, Text } from '@mantine/core';
import { IconFolderPlus, IconTrash } from '@tabler/icons-react';
import { IconButton } from '../../components/icon-button.tsx';
import classes from '../../components/settings-group.module.css';
import { SettingsGroup } from '../../components/settings-group.tsx';
import { useSettings } from '../../connection/screen.ts';
import { choosePath } from '../../local-files/choose-path.tsx';
import { useSaveMachine } from './use-save.ts';

/** Each shared folder is a device of the VM, which has room for this number. */
const MOST = 16;

/** Host folders that containers may mount. */
export function FilesSection() {
  const folders = useSettings()?.machine.sharedFolders ?? [];
  const save = useSaveMachine();
  const change = (sharedFolders: typeof folders) => save({ sharedFolders });
  const add = async () => {
    const path = await choosePath({ kind: 'folder', title: 'Share a folder' });
    if (path === undefined || folders.some((each) => each.path === path)) return;
    change([...folders, { path, readOnly: false }]);
  };
  return (
    <SettingsGroup
      title="Shared folders"
      text="Containers can mount these folders and the folders in them. They can't reach anything else on your Mac or PC."
    >
      {folders.length === 0 && (
        <Text size="sm" mb="sm">
          No folders are shared. Bind mounts of host folders are refused.
        </Text>
      )}
      <ul className={classes.list} aria-label="Shared folders">
        {folders.map((folder) => (
          <li key={folder.path} className={classes.item}>
            <span className={classes.mono} title={folder.path}>
              {folder.path}
            </span>
            <Switch
              label="Read-only"
              aria-label={`Read-only: ${folder.path}`}
              checked={folder.readOnly}
              onChange={({ currentTarget: { checked } }) =>
                change(
                  folders.map((each) => (each === folder ? { ...each, readOnly: checked } : each)),
                )
              }
            />
            <IconButton
              label={`Stop sharing ${folder.path}`}
              tooltip="Stop sharing"
              icon={<IconTrash size={16} />}
              onClick={() => change(folders.filter((each) => each !== folder))}
            />
          </li>
        ))}
      </ul>
      <Button
        variant="default"
        leftSection={<IconFolderPlus size={16} />}
        disabled={folders.length >= MOST}
        onClick={add}
      >
        Share folder…
      </Button>
    </SettingsGroup>
  );
}
