import { expect, it } from 'vitest';
import { isLike } from './is-like.ts';

const model = { name: '', rows: [], file: null };

it.each([
  { name: 'a', rows: [1], file: 'b' },
  { name: '', rows: [], file: null },
])('takes %j', (value) => {
  expect(isLike(value, model)).toBe(true);
});

it.each([
  null,
  'text',
  { name: 'a', rows: [] },
  { name: 1, rows: [], file: null },
  { name: 'a', rows: {}, file: null },
])('refuses %j', (value) => {
  expect(isLike(value, model)).toBe(false);
});
