import { yaml } from '@codemirror/lang-yaml';
import { type Diagnostic, lintGutter, setDiagnostics } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { basicSetup } from 'codemirror';
import { useEffect, useRef } from 'react';
import { codeLook } from './code-look.ts';
import classes from './yaml-editor.module.css';

/** A mark at a line of the text. */
export interface LineProblem {
  /** From 1. */
  readonly line: number;
  readonly severity: 'error' | 'warning';
  readonly message: string;
}

interface YamlEditorProps {
  readonly label: string;
  /** The initial text. A new `key` gives a new editor. */
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly onSave?: () => void;
  readonly problems: readonly LineProblem[];
}

/** A YAML editor that marks problems at their lines. Ctrl-S or ⌘S saves. */
export function YamlEditor(props: YamlEditorProps) {
  const { label, text, problems } = props;
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView>(undefined);
  const latest = useRef(props);
  latest.current = props;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the text is only what it starts with.
  useEffect(() => {
    if (!host.current) return;
    const view = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: text,
        extensions: [
          basicSetup,
          yaml(),
          codeLook,
          lintGutter(),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange(update.state.doc.toString());
          }),
          EditorView.domEventHandlers({
            keydown(event) {
              if (event.key !== 's' || !(event.ctrlKey || event.metaKey)) return false;
              event.preventDefault();
              latest.current.onSave?.();
              return true;
            },
          }),
        ],
      }),
    });
    editor.current = view;
    return () => view.destroy();
  }, [label]);

  useEffect(() => {
    const view = editor.current;
    if (!view) return;
    const { doc } = view.state;
    const marks = problems.map(({ line, severity, message }): Diagnostic => {
      const { from, to } = doc.line(Math.min(Math.max(line, 1), doc.lines));
      return { from, to, severity, message };
    });
    view.dispatch(setDiagnostics(view.state, marks));
  }, [problems]);

  return <div ref={host} className={classes.editor} />;
}
