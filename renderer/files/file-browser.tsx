import { Text } from '@mantine/core';
import { useRef, useState } from 'react';
import type { FilePlace, ListedFile } from '../../electron/api/files.ts';
import { confirmLoss } from '../components/confirm.tsx';
import { SearchField } from '../components/search-field.tsx';
import { Breadcrumbs } from './breadcrumbs.tsx';
import classes from './file-browser.module.css';
import { FileView } from './file-view.tsx';
import { FolderActions } from './folder-actions.tsx';
import { FolderList } from './folder-list.tsx';
import { folderOf, nameOf, pathIn } from './paths.ts';

interface FileBrowserProps {
  readonly place: FilePlace;
  /** What the top folder is called. */
  readonly top: string;
}

interface Location {
  readonly path: string;
  readonly isFile: boolean;
}

/** The files of a container or volume: a folder's list, or one file. */
export function FileBrowser({ place, top }: FileBrowserProps) {
  const [{ path, isFile }, setLocation] = useState<Location>({ path: '/', isFile: false });
  const [search, setSearch] = useState('');
  const unsaved = useRef(false);

  const go = (location: Location) => {
    const leave = () => {
      unsaved.current = false;
      setSearch('');
      setLocation(location);
    };
    if (!unsaved.current) return leave();
    confirmLoss({
      title: `Leave ${nameOf(path)} without saving?`,
      children: 'What you changed in it is lost.',
      action: 'Leave',
      otherwise: 'Keep editing',
      onConfirm: leave,
    });
  };
  const open = (file: ListedFile) =>
    go({
      path: pathIn(path, file.name),
      isFile: file.kind !== 'folder' && file.leadsTo !== 'folder',
    });

  return (
    <div className={classes.browser}>
      <div className={classes.bar}>
        <Breadcrumbs top={top} path={path} onGo={(folder) => go({ path: folder, isFile: false })} />
        {!isFile && (
          <>
            <SearchField label="Search this folder" value={search} small onChange={setSearch} />
            <FolderActions
              place={place}
              path={path}
              onFile={(name) => go({ path: pathIn(path, name), isFile: true })}
            />
          </>
        )}
      </div>
      {isFile ? (
        <FileView
          key={path}
          place={place}
          path={path}
          onUnsaved={(changed) => {
            unsaved.current = changed;
          }}
          onClose={() => go({ path: folderOf(path), isFile: false })}
        />
      ) : (
        <FolderList key={path} place={place} path={path} search={search} onOpen={open} />
      )}
      <Text className={classes.hidden ?? ''} aria-live="polite">
        {path}
      </Text>
    </div>
  );
}
