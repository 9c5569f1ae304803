import { Fragment, memo } from 'react';
import { type Piece, piecesOf } from './ansi.ts';
import classes from './log-list.module.css';
import { patternOf } from './log-search.ts';
import type { StoredLine } from './log-store.ts';

interface LogLineProps {
  readonly line: StoredLine;
  readonly timestamps: boolean;
  /** The search text to mark. */
  readonly query: string;
}

/** Colours of sources, in the order of `berth compose logs`; they repeat. */
const TONES = 10;

const clock = new Intl.DateTimeFormat(undefined, {
  ...{ month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' },
  ...{ fractionalSecondDigits: 3, hour12: false },
});

export const LogLine = memo(function LogLine({ line, timestamps, query }: LogLineProps) {
  const time = new Date(line.at);
  return (
    <>
      {line.source && (
        <span className={classes.source} data-tone={line.source.tone % TONES}>
          {line.source.name}
        </span>
      )}
      {timestamps && (
        <time className={classes.time} dateTime={line.at} title={line.at}>
          {Number.isNaN(time.getTime()) ? '' : clock.format(time)}
        </time>
      )}
      {piecesOf(line.text).map((piece, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line does not change.
        <Styled key={index} piece={piece} query={query} />
      ))}
    </>
  );
});

function Styled({ piece, query }: { readonly piece: Piece; readonly query: string }) {
  const { text, color, background, decorations } = piece;
  const marked = query === '' ? text : <Marked text={text} query={query} />;
  if (!color && !background && decorations.length === 0) return marked;
  return (
    <span
      className={decorations.map((name) => classes[name]).join(' ')}
      style={{
        ...(color ? { color: cssColor(color) } : {}),
        ...(background ? { background: cssColor(background) } : {}),
      }}
    >
      {marked}
    </span>
  );
}

const cssColor = (color: string) => (color.startsWith('rgb') ? color : `var(--ansi-${color})`);

function Marked({ text, query }: { readonly text: string; readonly query: string }) {
  // With a group around the pattern, every other part is a match.
  return text.split(new RegExp(`(${patternOf(query).source})`, 'i')).map((part, index) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: a line does not change.
    index % 2 === 1 ? <mark key={index}>{part}</mark> : <Fragment key={index}>{part}</Fragment>,
  );
}
