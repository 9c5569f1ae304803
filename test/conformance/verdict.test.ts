import { expect, test } from 'vitest';
import { differences, judge } from './verdict.ts';

const outcome = (stdout: string, exitCode: number | null = 0) => ({ exitCode, stdout, stderr: '' });
const row = { run: 'x' };
const explained = { ...row, differs: { why: 'a reason', where: /^version/ } };

test('the same is the same, and anything else a failure', () => {
  expect(judge(row, outcome('a'), outcome('a'))).toBe('same');
  expect(judge(row, outcome('a'), outcome('b'))).toBe('failed');
  expect(judge(row, outcome('a'), outcome('a', 1))).toBe('failed');
});

test('a reason explains what it says and nothing more', () => {
  expect(judge(explained, outcome('version 1\na'), outcome('version 2\na'))).toBe('explained');
  expect(judge(explained, outcome('version 1\na'), outcome('version 2\nb'))).toBe('failed');
  expect(judge(explained, outcome('version 1'), outcome('version 2', 1))).toBe('failed');
});

test('a reason that explains nothing is a failure', () => {
  expect(judge(explained, outcome('version 1'), outcome('version 1'))).toBe('failed');
});

test('two that hang are not alike', () => {
  expect(judge(row, outcome('', null), outcome('', null))).toBe('failed');
});

test('shows lines that only one has', () => {
  expect(differences(outcome('a\nb'), outcome('a\nc', 1))).toEqual([
    '- exit code 0',
    '- stdout: b',
    '+ exit code 1',
    '+ stdout: c',
  ]);
});
