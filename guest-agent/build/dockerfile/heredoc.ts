/** A here-document inside an instruction: `<<NAME`, `<<-NAME`, `<< 'NAME'`. */
export interface Heredoc {
  readonly name: string;
  /** As written, with the last line feed. */
  readonly content: string;
  /** Variables are replaced unless the name was quoted. */
  readonly expand: boolean;
  /** With `<<-`, tabs at the beginning of lines don't count. */
  readonly chomp: boolean;
}

/** What an instruction says about a here-document. */
export type HeredocStart = Omit<Heredoc, 'content'>;

/** A word, where quotes and escapes keep blanks. The blanks after `<<` belong to its word. */
const WORD = /(?:'[^']*'|"(?:\\[\s\S]|[^"\\])*"|\\[\s\S]|<<-?[\t\r ]*|[^\s'"\\])+/g;
const START = /^\d*<<(-?)\s*([^<]+)$/;

/** The here-documents that begin in an instruction, in order. */
export function heredocStarts(line: string): HeredocStart[] {
  if (!line.includes('<<')) return [];
  const words = line.match(WORD) ?? [];
  // Without its second half, a quote makes no word.
  if (words.join('').length < line.replaceAll(/\s/g, '').length) return [];
  return words.flatMap((word) => heredocStart(word) ?? []);
}

/** The here-document that a word begins. */
export function heredocStart(word: string): HeredocStart | undefined {
  const [, dash = '', written = ''] = START.exec(word) ?? [];
  const name = written.replace(/'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)/g, '$1$2$3');
  const isOneWord = written !== '' && (written.match(WORD) ?? []).length === 1;
  if (!isOneWord || name === '') return undefined;
  return { name, expand: !/['"]/.test(written.replaceAll(/\\./g, '')), chomp: dash !== '' };
}

/** The content as the instruction uses it. */
export function documentText({ content, chomp }: Heredoc): string {
  return chomp ? content.replace(/^\t+/gm, '') : content;
}
