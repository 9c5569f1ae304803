import { EditorState } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';
import { basicSetup } from 'codemirror';
import { useEffect, useRef } from 'react';
import { codeLook } from '../components/code-look.ts';
import { languageOf } from './languages.ts';

interface TextEditorProps {
  /** The file's path. The extension tells the language. */
  readonly name: string;
  /** The initial text; later values are ignored. */
  readonly text: string;
  readonly onChange: (text: string) => void;
  /** Ctrl-S, or Command-S. */
  readonly onSave: () => void;
}

/** A plain text editor. Unchanged text stays as it was, to the last line break. */
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
          // Mixed line breaks would become the same. The rarer kind is therefore kept as
          // characters.
          EditorState.lineSeparator.of(/^[^\r\n]*(\r\n[^\r\n]*)+$/.test(text) ? '\r\n' : '\n'),
          keymap.of([{ key: 'Mod-s', preventDefault: true, run: save }]),
          basicSetup,
          codeLook,
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
