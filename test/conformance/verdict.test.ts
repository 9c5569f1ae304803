import { expect, test } from 'vitest';
import { differences, judge } from './verdict.ts';

const outcome = (stdout: string, exitCode: number | null = 0) => ({ exitCode, stdout, stderr: '' });
const row = { run: 'x' };
const explained = { ...row, differs: { why: 'a reason', where: /^version/ } };

test('equal answers pass, and all others fail', () => {
  expect(judge(row, outcome('a'), outcome('a'))).toBe('same');
  expect(judge(row, outcome('a'), outcome('b'))).toBe('failed');
  expect(judge(row, outcome('a'), outcome('a', 1))).toBe('failed');
});

test('a reason covers only the difference that it describes', () => {
  expect(judge(explained, outcome('version 1\na'), outcome('version 2\na'))).toBe('explained');
  expect(judge(explained, outcome('version 1\na'), outcome('version 2\nb'))).toBe('failed');
  expect(judge(explained, outcome('version 1'), outcome('version 2', 1))).toBe('failed');
});

test('a reason without a difference is a failure', () => {
  expect(judge(explained, outcome('version 1'), outcome('version 1'))).toBe('failed');
});

test('two rows that hang aren’t equal', () => {
  expect(judge(row, outcome('', null), outcome('', null))).toBe('failed');
});

test('shows lines that only one answer has', () => {
  expect(differences(outcome('a\nb'), outcome('a\nc', 1))).toEqual([
    '- exit code 0',
    '- stdout: b',
    '+ exit code 1',
    '+ stdout: c',
  ]);
});

test('shows lines that one answer has more often, or in another place', () => {
  expect(differences(outcome('a\nb\na'), outcome('a\nb'))).toEqual(['- stdout: a']);
  expect(differences(outcome('a\nb'), outcome('b\na'))).toEqual([
    'the same lines in another order, first:',
    '- stdout: a',
    '+ stdout: b',
  ]);
});
