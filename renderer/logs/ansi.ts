import Anser from 'anser';

/** A piece of a line in one style. */
export interface Piece {
  readonly text: string;
  /** `red`, `bright-blue`: one of the terminal's sixteen colours, or a CSS colour. */
  readonly color?: string;
  readonly background?: string;
  readonly decorations: readonly string[];
}

const ESCAPE = '\u001b';

/** Control sequences that don't set a style: titles, cursor movements, and remains of them. */
const CONTROLS = new RegExp(
  `${ESCAPE}\\][^\u0007${ESCAPE}]*(?:\u0007|${ESCAPE}\\\\)|${ESCAPE}\\[[0-9;?]*[A-LN-Za-ln-z]|${ESCAPE}[^[\\]]|[\u0000-\u0008\u000b-\u001a\u007f]`,
  'g',
);
const STYLES = new RegExp(`${ESCAPE}\\[[0-9;]*m`, 'g');
const RESET = new RegExp(`${ESCAPE}\\[0*m`, 'g');

/** The maximum number of styles that are carried to the next line. */
const LONGEST_STYLE = 200;

/** A line without the sequences that only a terminal understands. */
export const withoutControls = (text: string): string => text.replace(CONTROLS, '');

/** The readable text. */
export const plainText = (text: string): string =>
  text.includes(ESCAPE) ? text.replace(STYLES, '') : text;

/** The styles at the end of a line that began with `style`: the next line begins with them. */
export function styleAfter(style: string, text: string): string {
  if (!text.includes(ESCAPE)) return style;
  const all = style + (text.match(STYLES)?.join('') ?? '');
  const last = [...all.matchAll(RESET)].at(-1);
  const left = last ? all.slice(last.index + last[0].length) : all;
  return left.length > LONGEST_STYLE ? '' : left;
}

/** The pieces of a line by their styles. */
export function piecesOf(text: string): readonly Piece[] {
  if (!text.includes(ESCAPE)) return [{ text, decorations: [] }];
  return Anser.ansiToJson(text, { use_classes: true, remove_empty: true, json: true }).map(
    ({ content, fg, bg, fg_truecolor, bg_truecolor, decorations }) => ({
      text: content,
      ...colorOf('color', fg, fg_truecolor),
      ...colorOf('background', bg, bg_truecolor),
      decorations,
    }),
  );
}

function colorOf(key: 'color' | 'background', name: string | null, truecolor: string | null) {
  if (!name) return {};
  if (name === 'ansi-truecolor') return { [key]: `rgb(${truecolor})` };
  const [, index] = /^ansi-palette-(\d+)$/.exec(name) ?? [];
  return { [key]: index === undefined ? name.replace('ansi-', '') : paletteColor(Number(index)) };
}

/** One of the 240 colours after the first sixteen: a cube of six steps, then greys. */
function paletteColor(index: number): string {
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10;
    return `rgb(${grey}, ${grey}, ${grey})`;
  }
  const step = (place: number) => {
    const value = Math.floor((index - 16) / place) % 6;
    return value === 0 ? 0 : 55 + value * 40;
  };
  return `rgb(${step(36)}, ${step(6)}, ${step(1)})`;
}
