import { expect, test } from 'vitest';
import { readDocument } from './document.ts';
import { interpolate } from './interpolate.ts';
import type { Problem } from './problem.ts';

function problemsOf(text: string): Problem[] {
  const problems: Problem[] = [];
  readDocument(
    'compose.yaml',
    text,
    () => undefined,
    (problem) => problems.push(problem),
  );
  return problems;
}

const letters = [...'abcdefgh'];
const laughs = letters
  .map((name, at) => `${name}: &${name} [${Array(9).fill(at === 0 ? 'x' : `*${letters[at - 1]}`)}]`)
  .join('\n');

test.each([
  ['aliases of aliases', laughs, /alias count|more than 100000 values/],
  [
    'a long list that is named often',
    `a: &a [${'x,'.repeat(1000)}]\nb: [${'*a,'.repeat(900)}]`,
    /more than 100000 values/,
  ],
  ['lists in lists', '['.repeat(50_000), /nested too deeply|./],
])('%s are refused', (_, text, message) => {
  const [first] = problemsOf(text);
  expect(first).toMatchObject({ severity: 'error', message: expect.stringMatching(message) });
});

test("text that isn't YAML has a hundred problems, not one for each character", () => {
  const problems = problemsOf(`a: ${'>\n'.repeat(5000)}`);
  expect(problems).toHaveLength(100);
  expect(problems.every(({ severity }) => severity === 'error')).toBe(true);
});

test('a warning for each of many variables names its own line', () => {
  const problems = problemsOf(Array.from({ length: 5000 }, (_, at) => `k${at}: $x`).join('\n'));
  expect(problems).toHaveLength(5000);
  expect(problems.at(-1)?.line).toBe(5000);
});

test('defaults within defaults end somewhere', () => {
  const nested = (depth: number) => `${'${a:-'.repeat(depth)}end${'}'.repeat(depth)}`;
  expect(interpolate(nested(50), () => undefined)).toBe('end');
  expect(() => interpolate(nested(5000), () => undefined)).toThrow('nested too deeply');
});
