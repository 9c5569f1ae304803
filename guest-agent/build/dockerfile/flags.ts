/** What stands before an instruction's arguments. */
export interface TakenFlags {
  /** `--name=value`, without quotes, as often as it is given. */
  readonly words: readonly string[];
  /** The values by name. Several values of a flag are joined with line feeds. */
  readonly flags: ReadonlyMap<string, string>;
  /** The arguments after the flags. */
  readonly text: string;
}

/** Takes the words that begin with `--`, up to a bare `--`. Words can have quotes and escapes. */
export function takeFlags(args: string, escapeChar: string): TakenFlags {
  const words: string[] = [];
  let text = args.trimStart();
  while (text.startsWith('--')) {
    const { word, rest } = takeWord(text, escapeChar);
    text = rest.trimStart();
    if (word === '--') break;
    words.push(word);
  }
  const flags = new Map<string, string>();
  for (const word of words) {
    const [name, value = ''] = splitFlag(word);
    const before = flags.get(name);
    flags.set(name, before === undefined ? value : `${before}\n${value}`);
  }
  return { words, flags, text: text.trim() };
}

/** The name of a flag without its dashes, and its value. */
export function splitFlag(word: string): [name: string, value: string | undefined] {
  const equals = word.indexOf('=');
  return equals === -1
    ? [word.slice(2), undefined]
    : [word.slice(2, equals), word.slice(equals + 1)];
}

function takeWord(text: string, escapeChar: string): { word: string; rest: string } {
  let word = '';
  let quote = '';
  let at = 0;
  for (; at < text.length; at++) {
    let char = text[at] ?? '';
    if (quote === '' && /\s/.test(char)) break;
    if (quote === '' ? char === '"' || char === "'" : char === quote) {
      quote = quote === '' ? char : '';
      continue;
    }
    if (char === escapeChar) {
      at++;
      char = text[at] ?? '';
    }
    word += char;
  }
  return { word, rest: text.slice(at) };
}
