import { Button, Group, Loader, Text, TextInput, UnstyledButton } from '@mantine/core';
import { IconArrowUp, IconFile, IconFolder, IconHome } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Choice, HostComputer } from '../../electron/api/local-files.ts';
import { IconButton } from '../components/icon-button.tsx';
import { explain } from '../connection/failure.ts';
import { client } from '../connection/screen.ts';
import classes from './folder-browser.module.css';

interface FolderBrowserProps {
  readonly computer: HostComputer;
  readonly choice: Choice;
  readonly onChoose: (path: string) => void;
}

/** Browses the folders of the host when there is no system dialog. Begins in the home folder. */
export function FolderBrowser({ computer, choice, onChoose }: FolderBrowserProps) {
  const { kind } = choice;
  const [path, setPath] = useState(computer.home);
  const [name, setName] = useState(choice.name ?? '');
  const { data: folder, error } = useQuery({
    queryKey: ['folder', path],
    queryFn: () => client.localFiles.folder({ path }),
    networkMode: 'always',
    retry: false,
  });
  const inFolder = (entry: string) =>
    path.endsWith(computer.separator) ? path + entry : path + computer.separator + entry;
  const entries = folder?.entries.filter((entry) => kind !== 'folder' || entry.kind === 'folder');

  return (
    <div className={classes.browser}>
      <Group gap="xs" wrap="nowrap">
        <IconButton
          label="Go to parent folder"
          icon={<IconArrowUp size={17} />}
          onClick={() => folder?.parent !== undefined && setPath(folder.parent)}
        />
        <IconButton
          label="Go to home folder"
          icon={<IconHome size={17} />}
          onClick={() => setPath(computer.home)}
        />
        <PathField key={path} path={path} onGo={setPath} />
      </Group>
      <ul className={classes.entries} aria-label="Folder">
        {!folder && !error && <Loader size={20} m="md" />}
        {error && (
          <Text size="sm" c="var(--bad)" p="sm" role="alert">
            {explain(error).message}
          </Text>
        )}
        {entries?.map((entry) => (
          <li key={entry.name}>
            <UnstyledButton
              className={classes.entry ?? ''}
              onClick={() => {
                if (entry.kind === 'folder') setPath(inFolder(entry.name));
                else setName(entry.name);
              }}
              aria-pressed={entry.kind === 'file' ? entry.name === name : undefined}
            >
              {entry.kind === 'folder' ? <IconFolder size={17} /> : <IconFile size={17} />}
              {entry.name}
            </UnstyledButton>
          </li>
        ))}
        {entries?.length === 0 && (
          <Text size="sm" c="var(--quiet)" p="sm">
            There is nothing to choose in this folder.
          </Text>
        )}
      </ul>
      <form
        className={classes.foot}
        onSubmit={(event) => {
          event.preventDefault();
          onChoose(kind === 'folder' ? path : inFolder(name));
        }}
      >
        {kind !== 'folder' && (
          <TextInput
            className={classes.name ?? ''}
            aria-label="File name"
            placeholder="File name"
            value={name}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
          />
        )}
        <Button type="submit" disabled={!folder || (kind !== 'folder' && name === '')}>
          {{ folder: 'Choose this folder', file: 'Choose', save: 'Save' }[kind]}
        </Button>
      </form>
    </div>
  );
}

/** The path as a field: a path that someone copied can be pasted. Enter opens it. */
function PathField({ path, onGo }: { readonly path: string; onGo(path: string): void }) {
  const [text, setText] = useState(path);
  return (
    <form
      className={classes.path}
      onSubmit={(event) => {
        event.preventDefault();
        // React passes the event on to a form that opened this dialog.
        event.stopPropagation();
        if (text.trim() !== '') onGo(text.trim());
      }}
    >
      <TextInput
        size="xs"
        aria-label="Path of the folder"
        value={text}
        spellCheck={false}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
      />
    </form>
  );
}
