/** How many letters may differ. */
const MAX_DISTANCE = 2;

/**
 * The option that a misspelt word most likely means. Undefined if none is similar, or if the word
 * itself is an option.
 */
export function similarWord(word: string, options: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = MAX_DISTANCE + 1;
  for (const option of options) {
    if (option === word) return undefined;
    const edits = distance(word, option);
    if (edits >= least) continue;
    best = option;
    least = edits;
  }
  return best;
}

/** ` (did you mean X?)`, as BuildKit ends the text of an error, or nothing. */
export function suggestion(word: string, options: Iterable<string>): string {
  const similar = similarWord(word, options);
  return similar === undefined ? '' : ` (did you mean ${similar}?)`;
}

/** The same for keywords, in the case of the word. */
export function keywordSuggestion(word: string, keywords: Iterable<string>): string {
  const similar = similarWord(
    word.toLowerCase(),
    [...keywords].map((keyword) => keyword.toLowerCase()),
  );
  if (similar === undefined) return '';
  const isUpper = word === word.toUpperCase() && word !== word.toLowerCase();
  return ` (did you mean ${isUpper ? similar.toUpperCase() : similar}?)`;
}

/** Levenshtein's distance: how many letters to insert, remove or replace. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [at, letter] of [...from].entries()) {
    const next = [at + 1];
    for (let index = 0; index < to.length; index++) {
      const replaced = (row[index] ?? 0) + (to[index] === letter ? 0 : 1);
      next.push(Math.min(replaced, (row[index + 1] ?? 0) + 1, (next[index] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
