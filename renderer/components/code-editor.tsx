import { yaml } from '@codemirror/lang-yaml';
import { HighlightStyle, StreamLanguage, syntaxHighlighting } from '@codemirror/language';
import { dockerFile } from '@codemirror/legacy-modes/mode/dockerfile';
import { type Diagnostic, lintGutter, setDiagnostics } from '@codemirror/lint';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { basicSetup } from 'codemirror';
import { useEffect, useRef } from 'react';
import classes from './code-editor.module.css';

/** Something to show at a line of the text. */
export interface LineProblem {
  /** From 1. */
  readonly line: number;
  readonly severity: 'error' | 'warning';
  readonly message: string;
}

interface CodeEditorProps {
  readonly label: string;
  readonly language: 'yaml' | 'dockerfile';
  /** The text at first; a new `key` gives the editor another one. */
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly onSave?: () => void;
  readonly problems: readonly LineProblem[];
}

const LANGUAGES: Readonly<Record<CodeEditorProps['language'], () => Extension>> = {
  yaml,
  dockerfile: () => StreamLanguage.define(dockerFile),
};

/** Colours of the theme, so that both schemes are legible. */
const highlight = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--code-key)' },
  { tag: [tags.string, tags.content], color: 'var(--code-text)' },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: 'var(--code-value)' },
  { tag: [tags.keyword, tags.labelName, tags.typeName], color: 'var(--code-value)' },
  { tag: tags.comment, color: 'var(--quiet)', fontStyle: 'italic' },
]);

/** A text that is edited, with what is wrong marked at its lines. Ctrl-S, or ⌘S, saves. */
export function CodeEditor(props: CodeEditorProps) {
  const { label, language, text, problems } = props;
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
          LANGUAGES[language](),
          syntaxHighlighting(highlight),
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
  }, [label, language]);

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
