import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

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
  '.cm-panels input, .cm-panels button': {
    color: 'inherit',
    background: 'var(--surface)',
    border: '1px solid var(--mantine-color-default-border)',
    borderRadius: 'var(--mantine-radius-sm)',
  },
  '.cm-tooltip': {
    color: 'var(--mantine-color-text)',
    backgroundColor: 'var(--surface)',
    border: '1px solid var(--line)',
    borderRadius: 'var(--mantine-radius-sm)',
  },
});

/** Colours that are readable as text in both schemes. */
const colors = HighlightStyle.define([
  { tag: [tags.comment, tags.meta], color: 'var(--quiet)' },
  {
    tag: [tags.keyword, tags.propertyName, tags.definition(tags.propertyName)],
    color: 'var(--key)',
  },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--string)' },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: 'var(--number)' },
  { tag: tags.heading, fontWeight: '600' },
]);

/** The look of every code text: files, compose files, documents of the engine. */
export const codeLook: Extension = [
  theme,
  syntaxHighlighting(colors),
  // Scrollable text can be reached by keyboard, even where it is read-only.
  EditorView.contentAttributes.of({ tabindex: '0' }),
];
