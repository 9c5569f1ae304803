import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { quoteWords, shellOf, splitWords } from './shell-words.ts';

const LINES: readonly [string, string[] | undefined][] = [
  ['', []],
  ['  sleep   60 ', ['sleep', '60']],
  ['sleep 1000', ['sleep', '1000']],
  [`sh -c 'echo "$HOME"'`, ['sh', '-c', 'echo "$HOME"']],
  ['echo "a \\"b\\"" c\\ d', ['echo', 'a "b"', 'c d']],
  [`echo 'a b' "c \\"d\\"" e\\ f`, ['echo', 'a b', 'c "d"', 'e f']],
  ["a'b c'd ''", ['ab cd', '']],
  ['""', ['']],
  [`sh -c "printf 'a\\nb'"`, ['sh', '-c', "printf 'a\\nb'"]],
  ['"\\$ \\` \\\\ \\a \\\'"', ["$ ` \\ \\a \\'"]],
  ["'\\n'", ['\\n']],
  ['\\n \\"', ['n', '"']],
  ['a \\\n b "c\\\nd"', ['a', 'b', 'cd']],
  ['grüße "日本 語"', ['grüße', '日本 語']],
  ['a\u00a0b', ['a\u00a0b']],
  ["echo 'open", undefined],
  ['a "open', undefined],
  [`a 'b`, undefined],
  ['a b\\', undefined],
  ['a "b\\', undefined],
];

test.each(LINES)('splits %j', (line, words) => {
  expect(splitWords(line)).toEqual(words);
});

/** A real shell that prints its words, each followed by a NUL. */
const shellSplits = (line: string) =>
  execFileSync('/bin/sh', ['-c', `for word in ${line}; do printf '%s\\0' "$word"; done`], {
    encoding: 'utf8',
  }).split('\0');

const whole = LINES.flatMap(([line, words]) => (words?.length ? [[line, words] as const] : []));

test.skipIf(process.platform === 'win32').each(whole)(
  'a shell splits %j the same',
  (line, words) => {
    expect(shellSplits(line.trim())).toEqual([...words, '']);
  },
);

const WORDS = [
  ...['plain', '--flag=value', '', ' ', 'two words', `it's "quoted"`, '$HOME `id` \\n', '\\'],
  ...['a\nb', '\t', '*?[x]', '~', '#', 'grüße 日本語 🐳', '!history', 'a&b|c;d', "'''", 'x,y@z%'],
];

test('quoted words split into the same words again, here and in a shell', () => {
  expect(splitWords(quoteWords(WORDS))).toEqual(WORDS);
  if (process.platform !== 'win32') expect(shellSplits(quoteWords(WORDS))).toEqual([...WORDS, '']);
});

test('words are quoted for the shell of the system', () => {
  const words = ['berth', 'run', 'A=b c', "it's", ''];
  expect(quoteWords(words, shellOf('linux'))).toBe("berth run 'A=b c' 'it'\\''s' ''");
  expect(quoteWords(words, shellOf('win32'))).toBe("berth run 'A=b c' 'it''s' ''");
  expect(quoteWords(['a,b', '@x', 'it’s'], shellOf('win32'))).toBe("'a,b' '@x' 'it’’s'");
});
