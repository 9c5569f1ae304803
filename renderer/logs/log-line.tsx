import { Fragment, memo } from 'react';
import { type Piece, piecesOf } from './ansi.ts';
import { type JsonLine, jsonLine } from './json-line.ts';
import classes from './log-list.module.css';
import { patternOf } from './log-search.ts';
import type { StoredLine } from './log-store.ts';

interface LogLineProps {
  readonly line: StoredLine;
  readonly timestamps: boolean;
  /** The search text to mark. */
  readonly query: string;
  /** Shows the fields of a JSON line in words. */
  readonly readsJson: boolean;
}

/** Colours of sources, in the order of `berth compose logs`; they repeat. */
const TONES = 10;

const clock = new Intl.DateTimeFormat(undefined, {
  ...{ month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' },
  ...{ fractionalSecondDigits: 3, hour12: false },
});

export const LogLine = memo(function LogLine(props: LogLineProps) {
  const { line, timestamps, query, readsJson } = props;
  const time = new Date(line.at);
  const fields = readsJson ? jsonLine(line.plain) : undefined;
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
      {fields ? (
        <Fields fields={fields} query={query} />
      ) : (
        piecesOf(line.text).map((piece, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line does not change.
          <Styled key={index} piece={piece} query={query} />
        ))
      )}
    </>
  );
});

/** The message first, then the other fields of a JSON line. */
function Fields({ fields, query }: { readonly fields: JsonLine; readonly query: string }) {
  const { level, message, rest } = fields;
  const marked = (text: string) => (query === '' ? text : <Marked text={text} query={query} />);
  return (
    <>
      {level !== undefined && <span className={classes.bold}>{level.toUpperCase()} </span>}
      {message !== undefined && marked(message)}
      {rest.map(([name, value]) => (
        <Fragment key={name}>
          {' '}
          <span className={classes.field}>{name}=</span>
          {marked(value)}
        </Fragment>
      ))}
    </>
  );
}

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
