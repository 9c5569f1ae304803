/**
 * A shell pattern (`*`, `?`, backslash) as the source of a regular expression, unanchored. Greedy
 * or not says how much a `*` takes.
 */
export function globPattern(glob: string, greedy: boolean): string {
  return glob.replace(/\\([^])|[^]/g, (char, escaped?: string) => {
    if (escaped !== undefined) return literal(escaped);
    if (char === '*') return greedy ? '[^]*' : '[^]*?';
    return char === '?' ? '[^]' : literal(char);
  });
}

function literal(char: string): string {
  return char.replace(/[\\^$.*+?()[\]{}|/-]/, '\\$&');
}
