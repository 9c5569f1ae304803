/**
 * A shell pattern (`*`, `?`, backslash) as the source of a regular expression, unanchored. Greedy
 * or not says how much a `*` takes.
 */
export function globPattern(glob: string, greedy: boolean): string {
  return glob.replace(/\\(.)|./gs, (char, escaped?: string) => {
    if (escaped !== undefined) return literal(escaped);
    if (char === '*') return greedy ? '[\\s\\S]*' : '[\\s\\S]*?';
    return char === '?' ? '[\\s\\S]' : literal(char);
  });
}

function literal(char: string): string {
  return char.replace(/[\\^$.*+?()[\]{}|/-]/, '\\$&');
}
