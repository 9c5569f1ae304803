import { Button, Menu } from '@mantine/core';
import { IconChevronDown, IconDatabase, IconFolderOpen, IconSquare } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { client } from '../../connection/screen.ts';
import { choosePath } from '../../local-files/choose-path.tsx';

const TEMPLATES = [
  { template: 'one-service', title: 'One service', icon: IconSquare },
  { template: 'web-and-database', title: 'Web server and database', icon: IconDatabase },
] as const;

/** Opens an existing compose file. */
export function OpenFileButton() {
  const open = useMutation({
    async mutationFn() {
      const file = await choosePath({ kind: 'file', title: 'Open a compose file' });
      if (file !== undefined) await client.projects.open({ file });
    },
  });
  return (
    <Button
      variant="default"
      leftSection={<IconFolderOpen size={16} />}
      loading={open.isPending}
      onClick={() => open.mutate()}
    >
      Open compose file…
    </Button>
  );
}

/** Writes a compose file from a template into a folder that the person chooses. */
export function NewProjectButton() {
  const create = useMutation({
    async mutationFn(template: (typeof TEMPLATES)[number]['template']) {
      const directory = await choosePath({ kind: 'folder', title: 'Folder for the new project' });
      if (directory !== undefined) await client.projects.create({ directory, template });
    },
  });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button rightSection={<IconChevronDown size={16} />} loading={create.isPending}>
          New project
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {TEMPLATES.map(({ template, title, icon: Icon }) => (
          <Menu.Item
            key={template}
            leftSection={<Icon size={16} />}
            onClick={() => create.mutate(template)}
          >
            {title}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
