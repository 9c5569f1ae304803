import { ActionIcon, Button, Group, Menu, Text, TextInput } from '@mantine/core';
import { modals } from '@mantine/modals';
import { IconDots, IconFileImport, IconPackageImport } from '@tabler/icons-react';
import { useState } from 'react';
import { importImage, loadImages } from '../../images/transfer.ts';
import { choosePath } from '../../local-files/choose-path.tsx';

/** The menu for images from files of the host. */
export function FileMenu() {
  return (
    <Menu position="bottom-end" width={250}>
      <Menu.Target>
        <ActionIcon aria-label="More actions for images" size="lg" variant="default">
          <IconDots size={18} stroke={1.75} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconPackageImport size={16} />} onClick={askLoad}>
          Load images from a file…
        </Menu.Item>
        <Menu.Item leftSection={<IconFileImport size={16} />} onClick={askImport}>
          Import a root file system…
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

async function askLoad(): Promise<void> {
  const path = await choosePath({ kind: 'file', title: 'Load images from a file' });
  if (path !== undefined) await loadImages(path);
}

async function askImport(): Promise<void> {
  const path = await choosePath({ kind: 'file', title: 'Import a root file system' });
  if (path === undefined) return;
  const id = modals.open({
    title: 'Name the image',
    children: (
      <ImportForm
        path={path}
        onDone={(name) => {
          modals.close(id);
          void importImage(path, name);
        }}
      />
    ),
  });
}

interface ImportFormProps {
  readonly path: string;
  readonly onDone: (name: string) => void;
}

function ImportForm({ path, onDone }: ImportFormProps) {
  const [name, setName] = useState('');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onDone(name.trim());
      }}
    >
      <Text size="sm" c="var(--quiet)" mb="sm" truncate title={path}>
        {path}
      </Text>
      <TextInput
        label="Name"
        placeholder="my-image:1.0"
        value={name}
        spellCheck={false}
        data-autofocus
        onChange={({ currentTarget }) => setName(currentTarget.value)}
      />
      <Group justify="flex-end" mt="lg">
        <Button type="submit" disabled={name.trim() === ''}>
          Import image
        </Button>
      </Group>
    </form>
  );
}
