import { Text } from '@mantine/core';
import { useState } from 'react';
import type { FilePlace, ListedFile } from '../../electron/api/files.ts';
import { SearchField } from '../components/search-field.tsx';
import { Breadcrumbs } from './breadcrumbs.tsx';
import classes from './file-browser.module.css';
import { FileView } from './file-view.tsx';
import { FolderActions } from './folder-actions.tsx';
import { FolderList } from './folder-list.tsx';
import { type FileLocation, useFileLocation } from './locations.ts';
import { folderOf, pathIn } from './paths.ts';

interface FileBrowserProps {
  readonly place: FilePlace;
  /** The name of the top folder. */
  readonly top: string;
}

/** The files of a container or volume: a folder's list, or one file. */
export function FileBrowser({ place, top }: FileBrowserProps) {
  const [{ path, isFile }, setLocation] = useFileLocation(place);
  const [search, setSearch] = useState('');

  const go = (location: FileLocation) => {
    setSearch('');
    setLocation(location);
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
          top={top}
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
