/** `# name=value` in the first lines of a Dockerfile. */
export interface Directive {
  /** In lower case. */
  readonly name: string;
  readonly value: string;
  /** The number of its line, from 1. */
  readonly line: number;
}

const NAMES = new Set(['syntax', 'escape', 'check']);
const DIRECTIVE = /^#\s*([a-z][a-z0-9]*)\s*=(.+)$/i;

/** The directives of a Dockerfile, up to the first line that isn't one. */
export function directives(text: string): Directive[] {
  const found: Directive[] = [];
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  for (const [index, line] of lines.entries()) {
    // A script's first line names its interpreter.
    if (index === 0 && line.startsWith('#!')) continue;
    const [, name = '', value = ''] = DIRECTIVE.exec(line) ?? [];
    // A regular expression would try each of its blanks as the last.
    const trimmed = value.trim();
    if (!NAMES.has(name.toLowerCase()) || trimmed === '') break;
    found.push({ name: name.toLowerCase(), value: trimmed, line: index + 1 });
  }
  return found;
}
