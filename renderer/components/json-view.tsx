import { json } from '@codemirror/lang-json';
import { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { Button, CopyButton } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { basicSetup } from 'codemirror';
import { useEffect, useRef } from 'react';
import { codeLook } from './code-look.ts';
import classes from './json-view.module.css';

interface JsonViewProps {
  readonly label: string;
  readonly text: string;
}

/** A JSON document that can be folded, searched with Ctrl-F or ⌘F, and copied. */
export default function JsonView({ label, text }: JsonViewProps) {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView>(undefined);

  useEffect(() => {
    if (!host.current) return;
    const view = new EditorView({
      parent: host.current,
      state: EditorState.create({
        extensions: [
          basicSetup,
          json(),
          codeLook,
          EditorState.readOnly.of(true),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({
            'aria-label': label,
            'aria-readonly': 'true',
            tabindex: '0',
          }),
        ],
      }),
    });
    editor.current = view;
    return () => view.destroy();
  }, [label]);

  useEffect(() => {
    const view = editor.current;
    if (!view || view.state.doc.toString() === text) return;
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
  }, [text]);

  return (
    <div className={classes.frame}>
      <div ref={host} className={classes.view} />
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Button
            className={classes.copy ?? ''}
            size="compact-sm"
            variant="default"
            leftSection={copied ? <IconCheck size={15} /> : <IconCopy size={15} />}
            onClick={copy}
          >
            {copied ? 'Copied' : 'Copy'}
          </Button>
        )}
      </CopyButton>
    </div>
  );
}
