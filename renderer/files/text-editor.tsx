import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorState } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { basicSetup } from 'codemirror';
import { useEffect, useRef } from 'react';
import { languageOf } from './languages.ts';

interface TextEditorProps {
  /** Of the file; its ending tells the language. */
  readonly name: string;
  /** What it begins with; later ones are passed over. */
  readonly text: string;
  readonly onChange: (text: string) => void;
  /** Ctrl-S, or Command-S. */
  readonly onSave: () => void;
}

/** An editor of plain text. What is not changed stays as it was, to the last line break. */
export default function TextEditor(props: TextEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const newest = useRef(props);
  newest.current = props;
  useEffect(() => {
    const { name, text } = newest.current;
    if (!host.current) return undefined;
    const save = () => {
      newest.current.onSave();
      return true;
    };
    const view = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: text,
        extensions: [
          // Line breaks of two kinds would become one: then the odd ones are characters like others.
          EditorState.lineSeparator.of(/^[^\r\n]*(\r\n[^\r\n]*)+$/.test(text) ? '\r\n' : '\n'),
          keymap.of([{ key: 'Mod-s', preventDefault: true, run: save }]),
          basicSetup,
          theme,
          syntaxHighlighting(colors),
          languageOf(name),
          EditorView.contentAttributes.of({ 'aria-label': `Text of ${name}`, tabindex: '0' }),
          EditorView.updateListener.of(({ docChanged, state }) => {
            if (docChanged) newest.current.onChange(state.sliceDoc());
          }),
        ],
      }),
    });
    view.focus();
    return () => view.destroy();
  }, []);
  return <div ref={host} style={{ height: '100%' }} />;
}

const theme = EditorView.theme({
  '&': { height: '100%', color: 'var(--mantine-color-text)', fontSize: '13px' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mantine-font-family-monospace)', lineHeight: '1.55' },
  '.cm-content': { caretColor: 'var(--mantine-color-text)' },
  '.cm-cursor, .cm-dropCursor': { borderLeftColor: 'var(--mantine-color-text)' },
  '.cm-gutters': {
    color: 'var(--quiet)',
    backgroundColor: 'var(--surface)',
    borderRight: '1px solid var(--line)',
  },
  '.cm-activeLine, .cm-activeLineGutter': {
    backgroundColor: 'color-mix(in srgb, var(--mantine-color-tide-5) 7%, transparent)',
  },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground':
    { backgroundColor: 'color-mix(in srgb, var(--mantine-color-tide-5) 28%, transparent)' },
  '.cm-panels': {
    color: 'var(--mantine-color-text)',
    backgroundColor: 'var(--sidebar)',
    borderColor: 'var(--line)',
  },
});

/** In colours that both schemes have for text. */
const colors = HighlightStyle.define([
  { tag: [tags.comment, tags.meta], color: 'var(--quiet)' },
  {
    tag: [tags.keyword, tags.propertyName, tags.definition(tags.propertyName)],
    color: 'var(--mantine-color-tide-text)',
  },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--string)' },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: 'var(--number)' },
  { tag: tags.heading, fontWeight: '600' },
]);
