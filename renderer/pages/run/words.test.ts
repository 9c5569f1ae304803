import { expect, it } from 'vitest';
import { splitWords } from './words.ts';

it.each([
  ['', []],
  ['  sleep   60 ', ['sleep', '60']],
  [`sh -c 'echo "$HOME"'`, ['sh', '-c', 'echo "$HOME"']],
  ['echo "a \\"b\\"" c\\ d', ['echo', 'a "b"', 'c d']],
  ["a'b c'd ''", ['ab cd', '']],
  ["echo 'open", undefined],
])('%s', (line, words) => {
  expect(splitWords(line)).toEqual(words);
});
