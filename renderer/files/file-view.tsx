import { Button, Loader, Text } from '@mantine/core';
import { IconDownload, IconFileOff, IconFileUnknown } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import type { FileContent, FilePlace } from '../../electron/api/files.ts';
import { Notice } from '../components/notice.tsx';
import { explain } from '../connection/failure.ts';
import { formatBytes } from '../format/bytes.ts';
import { downloadCopy, saveText } from './actions.tsx';
import classes from './file-browser.module.css';
import { nameOf } from './paths.ts';
import { refreshFiles, useContent } from './use-files.ts';

/** The editor is large: loaded with the first text that is opened. */
const TextEditor = lazy(() => import('./text-editor.tsx'));

interface FileViewProps {
  readonly place: FilePlace;
  readonly path: string;
  readonly onUnsaved: (unsaved: boolean) => void;
  readonly onClose: () => void;
}

/** One file: its text to edit, a picture, or why it isn't shown. */
export function FileView({ place, path, onUnsaved, onClose }: FileViewProps) {
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
    return (
      <TextFile {...{ place, path, content, onUnsaved }} key={content.version} actions={actions} />
    );
  }
  return (
    <section className={classes.view} aria-label={nameOf(path)}>
      <ViewBar text={content && 'size' in content ? formatBytes(content.size) : ''}>
        {actions}
      </ViewBar>
      <div className={classes.viewBody}>
        {!content && !error && <Loader size={22} m="lg" />}
        {error && (
          <Notice icon={<IconFileOff size={30} stroke={1.5} />} title="This file cannot be read">
            <Text c="var(--quiet)" role="alert">
              {explain(error).message}
            </Text>
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
      return <NotShown title="This is no text">Download it to open it with a program.</NotShown>;
    case 'large':
      return (
        <NotShown title="Too large to show">
          It has {formatBytes(content.size)}. Download it to open it with a program.
        </NotShown>
      );
    default:
      return (
        <NotShown title="No ordinary file">A device, a pipe or a socket has no text.</NotShown>
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

function ViewBar({ text, children }: { readonly text: string; readonly children: ReactNode }) {
  return (
    <div className={classes.viewBar}>
      <span className={classes.viewName}>{text}</span>
      {children}
    </div>
  );
}

interface TextFileProps {
  readonly place: FilePlace;
  readonly path: string;
  readonly content: Extract<FileContent, { kind: 'text' }>;
  readonly actions: ReactNode;
  readonly onUnsaved: (unsaved: boolean) => void;
}

function TextFile({ place, path, content, actions, onUnsaved }: TextFileProps) {
  const [saved, setSaved] = useState({ text: content.text, version: content.version });
  const [text, setText] = useState(content.text);
  const changed = text !== saved.text;
  const change = (next: string) => {
    setText(next);
    onUnsaved(next !== saved.text);
  };
  const save = useMutation({
    mutationFn: () => saveText(place, path, text, saved.version),
    onSuccess: (version) => {
      if (version === undefined) return;
      setSaved({ text, version });
      onUnsaved(false);
      void refreshFiles(place);
    },
  });
  return (
    <section className={classes.view} aria-label={nameOf(path)}>
      <ViewBar text={changed ? 'Changed, not saved yet' : 'Owner and permissions stay as they are'}>
        <Button
          size="compact-sm"
          disabled={!changed}
          loading={save.isPending}
          onClick={() => save.mutate()}
        >
          Save
        </Button>
        {actions}
      </ViewBar>
      <div className={classes.viewBody}>
        <Suspense fallback={<Loader size={22} m="lg" />}>
          <TextEditor
            name={nameOf(path)}
            text={content.text}
            onChange={change}
            onSave={() => changed && save.mutate()}
          />
        </Suspense>
      </div>
    </section>
  );
}
