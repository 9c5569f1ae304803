import { ActionIcon, Loader, Menu, Text, UnstyledButton } from '@mantine/core';
import {
  IconCpu,
  IconDots,
  IconDownload,
  IconFile,
  IconFileSymlink,
  IconFolder,
  IconFolderOff,
  IconFolderOpen,
  IconPencil,
  IconPlug,
  IconTrash,
} from '@tabler/icons-react';
import { useMemo } from 'react';
import type { FileKind, FilePlace, ListedFile } from '../../electron/api/files.ts';
import { IconButton } from '../components/icon-button.tsx';
import type { ListColumn } from '../components/list-column.ts';
import { ListTable } from '../components/list-table.tsx';
import { Notice } from '../components/notice.tsx';
import { explain } from '../connection/failure.ts';
import { client } from '../connection/screen.ts';
import { useDrafts } from '../drafts/drafts.ts';
import { UnsavedDot } from '../drafts/unsaved-dot.tsx';
import { formatBytes } from '../format/bytes.ts';
import { formatDuration } from '../format/duration.ts';
import { formatMode } from '../format/mode.ts';
import { askToRemove, downloadCopy, downloadTar } from './actions.tsx';
import classes from './file-browser.module.css';
import { draftKeyOf } from './locations.ts';
import { askName } from './name-dialog.tsx';
import { pathIn } from './paths.ts';
import { refreshFiles, useFolder } from './use-files.ts';

/** The largest number of rows to draw: searching is quicker than scrolling through more. */
const SHOWN = 300;

interface FolderListProps {
  readonly place: FilePlace;
  readonly path: string;
  readonly search: string;
  readonly onOpen: (file: ListedFile) => void;
}

type Row = ListedFile & { readonly open: () => void; readonly isUnsaved: boolean };

const isFolder = ({ kind, leadsTo }: ListedFile) => kind === 'folder' || leadsTo === 'folder';

const COLUMNS: readonly ListColumn<Row>[] = [
  { title: 'Name', sortBy: ({ name }) => name, cell: (row) => <Name row={row} /> },
  {
    title: 'Size',
    width: '100px',
    sortBy: (row) => (row.kind === 'file' ? row.size : -1),
    cell: ({ kind, size }) =>
      kind === 'file' && <span className={classes.number}>{formatBytes(size)}</span>,
  },
  {
    title: 'Permissions',
    width: '126px',
    sortBy: ({ mode }) => mode,
    cell: ({ mode }) => <span className={classes.mono}>{formatMode(mode)}</span>,
  },
  {
    title: 'Owner',
    needsRoom: true,
    width: '110px',
    sortBy: ({ uid }) => uid,
    cell: ({ uid, gid }) => (
      <span className={classes.mono} title={`User ${uid}, group ${gid}`}>
        {uid}:{gid}
      </span>
    ),
  },
  {
    title: 'Modified',
    needsRoom: true,
    width: '140px',
    sortBy: ({ modifiedAt }) => Date.parse(modifiedAt),
    cell: ({ modifiedAt }) => (
      <span className={classes.quiet} title={new Date(modifiedAt).toLocaleString()}>
        {formatDuration(Date.now() - Date.parse(modifiedAt))} ago
      </span>
    ),
  },
];

/** The content of a folder. */
export function FolderList({ place, path, search, onOpen }: FolderListProps) {
  const { data, error } = useFolder(place, path);
  const drafts = useDrafts();
  const { rows, hidden } = useMemo(() => {
    const words = search.toLowerCase().split(/\s+/).filter(Boolean);
    const found = (data?.files ?? []).filter(({ name }) =>
      words.every((word) => name.toLowerCase().includes(word)),
    );
    return {
      rows: found.slice(0, SHOWN).map((file): Row => {
        const key = draftKeyOf(place, pathIn(path, file.name));
        const isUnsaved = drafts.some((draft) => draft.key === key);
        return { ...file, isUnsaved, open: () => onOpen(file) };
      }),
      hidden: Math.max(0, found.length - SHOWN),
    };
  }, [data, search, onOpen, drafts, place, path]);
  if (error) {
    return (
      <Notice icon={<IconFolderOff size={30} stroke={1.5} />} title="This folder can't be read">
        <Text c="var(--quiet)" role="alert">
          {explain(error).message}
        </Text>
      </Notice>
    );
  }
  if (!data) return <Loader size={22} />;
  if (data.files.length === 0) {
    return (
      <Notice icon={<IconFolderOpen size={30} stroke={1.5} />} title="This folder is empty">
        <Text c="var(--quiet)">Upload files, or create a new one.</Text>
      </Notice>
    );
  }
  return (
    <div className={classes.list}>
      <ListTable
        label={`Files in ${path}`}
        rows={rows}
        columns={COLUMNS}
        rowId={({ name }) => name}
        rowName={({ name }) => name}
        actions={(row) => <FileActions place={place} path={pathIn(path, row.name)} row={row} />}
        actionsWidth="92px"
      />
      {rows.length === 0 && <p className={classes.more}>No matches for “{search}”.</p>}
      {(hidden > 0 || data.total > data.files.length) && (
        <p className={classes.more}>
          {rows.length.toLocaleString()} of {data.total.toLocaleString()} files are shown. Search by
          name to find the others.
        </p>
      )}
    </div>
  );
}

function Name({ row }: { readonly row: Row }) {
  const Icon = iconOf(row);
  return (
    <UnstyledButton className={classes.name ?? ''} title={row.name} onClick={row.open}>
      <Icon
        size={17}
        stroke={1.75}
        className={classes.icon}
        aria-hidden
        data-folder={isFolder(row) || undefined}
      />
      <span className={classes.label}>{row.name}</span>
      {row.isUnsaved && <UnsavedDot />}
      {row.target !== undefined && (
        <span className={`${classes.quiet} ${classes.label}`}>
          → {row.target}
          {row.leadsTo === undefined && ' (broken link)'}
        </span>
      )}
    </UnstyledButton>
  );
}

const ICONS: Readonly<Record<FileKind, typeof IconFile>> = {
  folder: IconFolder,
  file: IconFile,
  link: IconFileSymlink,
  device: IconCpu,
  pipe: IconPlug,
  socket: IconPlug,
};

const iconOf = (file: ListedFile) => (isFolder(file) ? IconFolder : ICONS[file.kind]);

interface FileActionsProps {
  readonly place: FilePlace;
  readonly path: string;
  readonly row: Row;
}

function FileActions({ place, path, row }: FileActionsProps) {
  const { name } = row;
  const target = { place, path, isFolder: isFolder(row) };
  const hasContent = isFolder(row) || row.kind === 'file' || row.leadsTo === 'file';
  const rename = async (to: string) => {
    await client.files.rename({ place, path, to: path.slice(0, -name.length) + to });
    await refreshFiles(place);
  };
  return (
    <div className={classes.actions}>
      {hasContent && (
        <IconButton
          label={`Download ${name}`}
          tooltip="Download"
          icon={<IconDownload size={17} stroke={1.75} />}
          onClick={() => downloadCopy(target)}
        />
      )}
      <Menu position="bottom-end" width={190}>
        <Menu.Target>
          <ActionIcon aria-label={`More actions for ${name}`}>
            <IconDots size={17} stroke={1.75} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconPencil size={16} />}
            onClick={() =>
              askName({ title: `Rename ${name}`, action: 'Rename', name, onName: rename })
            }
          >
            Rename…
          </Menu.Item>
          {hasContent && (
            <Menu.Item leftSection={<IconDownload size={16} />} onClick={() => downloadTar(target)}>
              Download as a tar…
            </Menu.Item>
          )}
          <Menu.Item
            color="red"
            leftSection={<IconTrash size={16} />}
            onClick={() => askToRemove({ ...target, isFolder: row.kind === 'folder' })}
          >
            Delete…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}
