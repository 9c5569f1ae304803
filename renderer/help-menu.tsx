import { ActionIcon, Menu } from '@mantine/core';
import {
  IconCompass,
  IconFirstAidKit,
  IconHelp,
  IconKeyboard,
  IconServer2,
} from '@tabler/icons-react';
import { Link } from 'wouter';
import { useDesktop } from './desktop/desktop.ts';
import { saveDiagnostics } from './machine/save-diagnostics.ts';
import { showShortcuts } from './shortcuts/show-shortcuts.tsx';
import { WELCOME } from './welcome/use-first-start.ts';

const icon = { size: 16, stroke: 1.75 };

/** What helps when someone is lost, or reports a problem. */
export function HelpMenu() {
  const desktop = useDesktop();
  return (
    <Menu position="right-start" width={220}>
      <Menu.Target>
        <ActionIcon aria-label="Help">
          <IconHelp size={18} stroke={1.75} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component={Link} href={WELCOME} leftSection={<IconCompass {...icon} />}>
          First steps
        </Menu.Item>
        <Menu.Item leftSection={<IconKeyboard {...icon} />} onClick={showShortcuts}>
          Keyboard shortcuts
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item component={Link} href="/machine/console" leftSection={<IconServer2 {...icon} />}>
          Console of the VM
        </Menu.Item>
        {desktop?.hasDiagnostics && (
          <Menu.Item
            leftSection={<IconFirstAidKit {...icon} />}
            onClick={() => void saveDiagnostics()}
          >
            Save diagnostics…
          </Menu.Item>
        )}
        {desktop?.version !== undefined && <Menu.Label>Berth {desktop.version}</Menu.Label>}
      </Menu.Dropdown>
    </Menu>
  );
}
