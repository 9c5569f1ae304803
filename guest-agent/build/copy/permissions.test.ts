import { expect, test } from 'vitest';
import { parseChange } from './permissions.ts';

test.each([
  ['755', 0o600, 0o755],
  ['4711', 0o600, 0o4711],
  ['u+x', 0o644, 0o744],
  ['+x', 0o644, 0o755],
  ['a-w', 0o666, 0o444],
  ['go=', 0o755, 0o700],
  ['u=rw,go=r', 0o777, 0o644],
  ['=rw,+X', 0o755, 0o777],
  ['+X', 0o644, 0o644],
  ['g=u', 0o640, 0o660],
  ['go=u-w', 0o640, 0o644],
  ['u+s', 0o755, 0o4755],
  ['+t', 0o755, 0o1755],
  ['u-x+w', 0o555, 0o655],
])('--chmod=%s makes %o to %o', (text, before, after) => {
  expect(parseChange(text)?.apply(before, false)).toBe(after);
});

test('directories are always searchable with X', () => {
  expect(parseChange('a=rX')?.apply(0o600, true)).toBe(0o555);
  expect(parseChange('a=rX')?.apply(0o600, false)).toBe(0o444);
});

test('only octal permissions are those of new directories too', () => {
  expect(parseChange('0700')?.fixed).toBe(0o700);
  expect(parseChange('u+x')?.fixed).toBeUndefined();
  expect(parseChange('')).toBeUndefined();
});

test.each([
  ['99', "invalid chmod parameter: '99'. it should be octal string and between 0 and 07777"],
  ['10000', "invalid chmod parameter: '10000'. it should be octal"],
  ['foo', 'invalid syntax'],
  ['u', 'invalid syntax'],
  ['u+x,', 'invalid syntax'],
])('--chmod=%s is refused', (text, message) => {
  expect(() => parseChange(text)).toThrow(message);
});
