import { Button, Loader, Text } from '@mantine/core';
import { IconCopy, IconDownload, IconFileOff, IconFileUnknown } from '@tabler/icons-react';
import { lazy, type ReactNode, Suspense } from 'react';
import type { FileContent, FilePlace } from '../../electron/api/files.ts';
import { copyText } from '../components/copy-text.ts';
import { Notice } from '../components/notice.tsx';
import { explain } from '../connection/failure.ts';
import { client } from '../connection/screen.ts';
import { ChangedOnDisk } from '../drafts/changed-on-disk.tsx';
import { useDraft } from '../drafts/drafts.ts';
import { UnsavedDot } from '../drafts/unsaved-dot.tsx';
import { useDocument } from '../drafts/use-document.ts';
import { formatBytes } from '../format/bytes.ts';
import { downloadCopy } from './actions.tsx';
import classes from './file-browser.module.css';
import { draftKeyOf } from './locations.ts';
import { nameOf } from './paths.ts';
import { refreshFiles, useContent } from './use-files.ts';

/** The editor is large: it is loaded with the first text that is opened. */
const TextEditor = lazy(() => import('./text-editor.tsx'));

interface FileViewProps {
  readonly place: FilePlace;
  readonly path: string;
  /** The name of the top folder. */
  readonly top: string;
  readonly onClose: () => void;
}

/** One file: an editor for its text, a picture, or why it can't be shown. */
export function FileView({ place, path, top, onClose }: FileViewProps) {
  const { data: content, error } = useContent(place, path);
  const downloadButton = (
    <Button
      size="compact-sm"
      variant="default"
      leftSection={<IconDownload size={15} />}
      onClick={() => downloadCopy({ place, path, isFolder: false })}
    >
      Download
    </Button>
  );
  const actions = (
    <>
      {downloadButton}
      <Button size="compact-sm" variant="default" onClick={onClose}>
        Close
      </Button>
    </>
  );
  if (content?.kind === 'text') {
    return <TextFile {...{ place, path, top, content }} key={content.version} actions={actions} />;
  }
  return (
    <section className={classes.view} aria-label={nameOf(path)}>
      <ViewBar text={content && 'size' in content ? formatBytes(content.size) : ''}>
        {actions}
      </ViewBar>
      <div className={classes.viewBody}>
        {!content && !error && <Loader size={22} m="lg" />}
        {error && (
          <Notice icon={<IconFileOff size={30} stroke={1.5} />} title="This file can't be read">
            <Text c="var(--quiet)" role="alert">
              {explain(error).message}
            </Text>
            <KeptDraft place={place} path={path} />
          </Notice>
        )}
        {content && <Unedited content={content} name={nameOf(path)} />}
      </div>
    </section>
  );
}

function Unedited({ content, name }: { readonly content: FileContent; readonly name: string }) {
  switch (content.kind) {
    case 'image':
      return (
        <div className={classes.picture}>
          <img src={content.source} alt={name} />
        </div>
      );
    case 'binary':
      return (
        <NotShown title="This file isn't text">Download it to open it in another program.</NotShown>
      );
    case 'large':
      return (
        <NotShown title="Too large to show">
          Its size is {formatBytes(content.size)}. Download it to open it in another program.
        </NotShown>
      );
    default:
      return (
        <NotShown title="Not a regular file">
          A device, a pipe or a socket can't be shown as text.
        </NotShown>
      );
  }
}

function NotShown({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Notice icon={<IconFileUnknown size={30} stroke={1.5} />} title={title}>
      <Text c="var(--quiet)">{children}</Text>
    </Notice>
  );
}

interface ViewBarProps {
  readonly text: string;
  readonly unsaved?: boolean;
  readonly children: ReactNode;
}

function ViewBar({ text, unsaved = false, children }: ViewBarProps) {
  return (
    <div className={classes.viewBar}>
      <span className={classes.viewName}>
        {text}
        {unsaved && <UnsavedDot />}
      </span>
      {children}
    </div>
  );
}

interface TextFileProps {
  readonly place: FilePlace;
  readonly path: string;
  readonly top: string;
  readonly content: Extract<FileContent, { kind: 'text' }>;
  readonly actions: ReactNode;
}

function TextFile({ place, path, top, content, actions }: TextFileProps) {
  const name = nameOf(path);
  const document = useDocument({
    key: draftKeyOf(place, path),
    title: `${name} in ${top}`,
    path,
    place: pageOfFiles(place),
    onDisk: content,
    async read() {
      const now = await client.files.read({ place, path });
      if (now.kind !== 'text') throw new Error(`${path} is no longer a text file`);
      return now;
    },
    async write(text, version) {
      const saved = await client.files.save({ place, path, text, version });
      void refreshFiles(place);
      return saved.version;
    },
  });
  const { text, isChanged, isSaving, change, save, discard } = document;
  return (
    <section className={classes.view} aria-label={name}>
      <ViewBar
        text={isChanged ? 'Unsaved changes' : 'Saving keeps the owner and permissions'}
        unsaved={isChanged}
      >
        {isChanged && (
          <Button size="compact-sm" variant="default" onClick={discard}>
            Discard changes
          </Button>
        )}
        <Button size="compact-sm" disabled={!isChanged} loading={isSaving} onClick={save}>
          Save
        </Button>
        {actions}
      </ViewBar>
      <ChangedOnDisk name={name} document={document} />
      <div className={classes.viewBody}>
        <Suspense fallback={<Loader size={22} m="lg" />}>
          <TextEditor
            key={document.editor}
            name={name}
            text={text}
            onChange={change}
            onSave={() => isChanged && void save()}
          />
        </Suspense>
      </div>
    </section>
  );
}

/** The page that shows the files of a place. */
const pageOfFiles = (place: FilePlace) =>
  place.kind === 'container'
    ? `/containers/${place.id}/files`
    : `/volumes/${encodeURIComponent(place.name)}`;

/** Text that was typed into a file that no longer exists. */
function KeptDraft({ place, path }: Pick<TextFileProps, 'place' | 'path'>) {
  const draft = useDraft(draftKeyOf(place, path));
  if (!draft) return null;
  return (
    <Button
      variant="default"
      leftSection={<IconCopy size={16} />}
      onClick={() => void copyText(draft.value, 'Copied')}
    >
      Copy your unsaved text
    </Button>
  );
}
