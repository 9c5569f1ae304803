import { Anchor, Popover, UnstyledButton } from '@mantine/core';
import { IconCopy, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'wouter';
import { confirmLoss } from '../components/confirm.tsx';
import { copyText } from '../components/copy-text.ts';
import { IconButton } from '../components/icon-button.tsx';
import { drafts, useDrafts } from '../drafts/drafts.ts';
import { UnsavedDot } from '../drafts/unsaved-dot.tsx';
import { showFileOfDraft } from './locations.ts';
import classes from './unsaved-files.module.css';

/**
 * Lists the unsaved files on every page, including those whose container or volume is gone: their
 * text can still be copied.
 */
export function UnsavedFiles() {
  const files = useDrafts().flatMap(({ key, value, file }) =>
    file ? [{ ...file, key, value }] : [],
  );
  const [opened, setOpened] = useState(false);
  if (files.length === 0) return null;
  return (
    <Popover opened={opened} onChange={setOpened} position="right-end" width={320} trapFocus>
      <Popover.Target>
        <UnstyledButton className={classes.button ?? ''} onClick={() => setOpened(!opened)}>
          {files.length === 1 ? '1 unsaved file' : `${files.length} unsaved files`}
          <UnsavedDot />
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown aria-label="Unsaved files">
        <ul className={classes.list}>
          {files.map((file) => (
            <Entry key={file.key} file={file} onLeave={() => setOpened(false)} />
          ))}
        </ul>
      </Popover.Dropdown>
    </Popover>
  );
}

interface EntryProps {
  readonly file: {
    readonly key: string;
    readonly title: string;
    readonly place: string;
    readonly value: string;
  };
  readonly onLeave: () => void;
}

function Entry({ file: { key, title, place, value }, onLeave }: EntryProps) {
  return (
    <li className={classes.entry}>
      <Anchor
        component={Link}
        href={place}
        className={classes.title ?? ''}
        title={title}
        onClick={() => {
          showFileOfDraft(key);
          onLeave();
        }}
      >
        {title}
      </Anchor>
      <IconButton
        label={`Copy your text of ${title}`}
        tooltip="Copy the text"
        icon={<IconCopy size={16} />}
        onClick={() => void copyText(value, 'Copied')}
      />
      <IconButton
        label={`Discard your changes to ${title}`}
        tooltip="Discard"
        icon={<IconTrash size={16} />}
        onClick={() => {
          onLeave();
          confirmLoss({
            title: `Discard your changes to ${title}?`,
            children: 'You lose what you typed since the file was last saved.',
            action: 'Discard changes',
            onConfirm: () => drafts.remove(key),
          });
        }}
      />
    </li>
  );
}
