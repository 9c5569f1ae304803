import classes from './diff-view.module.css';

interface DiffViewProps {
  readonly label: string;
  /** A unified diff. */
  readonly patch: string;
}

/** The lines that a change adds and removes, with their surroundings. */
export function DiffView({ label, patch }: DiffViewProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keyboard.
    <section className={classes.diff} aria-label={label} tabIndex={0}>
      {linesOf(patch).map(({ number, kind, text }) => (
        <span key={number} className={classes.line} data-kind={kind}>
          {text}
          {'\n'}
        </span>
      ))}
    </section>
  );
}

const KINDS: Readonly<Record<string, string>> = { '+': 'added', '-': 'removed', '@': 'place' };

/** The lines without the names of the files, which the heading shows. */
function linesOf(patch: string) {
  const lines = patch.trimEnd().split('\n');
  const first = lines.findIndex((line) => line.startsWith('@@'));
  return lines.slice(Math.max(first, 0)).map((text, number) => ({
    ...{ number, text, kind: KINDS[text.charAt(0)] ?? 'same' },
  }));
}
