import { type Case, lines } from '../case.ts';

/** A mistake, and the line that the client shows for it. */
const marked = (about: string, dockerfile: string, ...marks: readonly string[]): Case => ({
  test: 'testErrorsSourceMap',
  about,
  dockerfile,
  run: 'docker build . 2>&1 | grep -v "^#" | grep ">>>" | sed "s/ *$//"',
  prints: lines(...marks),
});

export const errorCases: readonly Case[] = [
  marked('an empty ENV', 'from busybox\nenv', '   2 | >>> env'),
  marked('an unknown frontend', '#syntax=foobar\nfrom busybox', '   1 | >>> #syntax=foobar'),
  marked('a missing program', 'from scratch\nenv foo=bar\nrun what', '   3 | >>> run what'),
  marked(
    'a missing file',
    'from scratch\nenv foo=bar\ncopy foo bar\nenv bar=baz',
    '   3 | >>> copy foo bar',
  ),
  marked(
    'an unknown flag',
    'from scratch\nenv foo=bar\ncopy --foo=bar / /\nenv bar=baz',
    '   3 | >>> copy --foo=bar / /',
  ),
  marked(
    'a missing stage',
    'from scratch\nenv foo=bar\ncopy --from=invalid foo bar\nenv bar=baz',
    '   3 | >>> copy --from=invalid foo bar',
  ),
  marked(
    'several lines',
    'from scratch\nrun wh\\\nat\nenv bar=baz',
    ...['   2 | >>> run wh\\', '   3 | >>> at'],
  ),
];
