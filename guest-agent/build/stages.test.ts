import { expect, test } from 'vitest';
import { parseDockerfile } from './dockerfile/parse.ts';
import { findStage, planBuild } from './stages.ts';

const plan = (target: string, ...lines: string[]) =>
  planBuild(parseDockerfile(lines.join('\n')), target);

const three = ['ARG V=1', 'FROM a:$V AS One', 'RUN x', 'FROM One', 'FROM c AS three', 'RUN y'];

test('a stage is a FROM and what follows it', () => {
  const { globals, stages } = plan('', ...three);
  expect(globals.map(({ text }) => text)).toEqual(['V=1']);
  expect(stages.map(({ base, name, instructions }) => [base, name, instructions.length])).toEqual([
    ['a:$V', 'one', 1],
    ['One', '', 0],
    ['c', 'three', 1],
  ]);
});

test.each([
  ['one', 1],
  ['ONE', 1],
  ['1', 2],
  ['three', 3],
])('the target %s ends the build after %i stages', (target, count) => {
  expect(plan(target, ...three).stages).toHaveLength(count);
});

test('if two stages have the same name, the name means the later one', () => {
  expect(findStage([{ name: 'a' }, { name: 'a' }, { name: '' }], 'A')).toBe(1);
  expect(findStage([{ name: 'a' }], '1')).toBe(-1);
  expect(findStage([{ name: '' }], '')).toBe(-1);
});

test.each([
  [['RUN x'], 'no build stage in current context'],
  [['FROM a b'], 'FROM requires either one or three arguments'],
  [['FROM a as 1b'], 'invalid name for build stage: "1b"'],
])('%j is rejected', (lines, message) => {
  expect(() => plan('', ...lines)).toThrow(message);
});

test('an instruction before the first FROM is a mistake with only its place', () => {
  expect(() => plan('', 'ARG A', 'RUN x', 'FROM b')).toThrow(
    expect.objectContaining({ message: 'no build stage in current context', line: 2 }),
  );
});

test('a target that doesn’t exist', () => {
  expect(() => plan('nope', ...three)).toThrow('target stage "nope" could not be found');
});
