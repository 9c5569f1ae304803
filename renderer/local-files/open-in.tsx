import { ActionIcon, Menu, Tooltip } from '@mantine/core';
import { IconCode, IconExternalLink, IconFolder, IconTerminal2 } from '@tabler/icons-react';
import type { Opener } from '../../electron/api/local-files.ts';
import { client } from '../connection/screen.ts';
import { showFailure } from '../connection/show-failure.tsx';

const icon = { size: 16, stroke: 1.75 };

/** Opens a folder of the host in another program. */
export function OpenIn({ path }: { readonly path: string }) {
  const open = (opener: Opener) => void client.localFiles.open({ path, opener }).catch(showFailure);
  return (
    <Menu position="bottom-end" width={180}>
      <Menu.Target>
        <Tooltip label="Open folder in…">
          <ActionIcon aria-label="Open folder in…">
            <IconExternalLink size={18} stroke={1.75} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Open folder in</Menu.Label>
        <Menu.Item leftSection={<IconCode {...icon} />} onClick={() => open('editor')}>
          VS Code
        </Menu.Item>
        <Menu.Item leftSection={<IconFolder {...icon} />} onClick={() => open('file-manager')}>
          File manager
        </Menu.Item>
        <Menu.Item leftSection={<IconTerminal2 {...icon} />} onClick={() => open('terminal')}>
          Terminal
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
