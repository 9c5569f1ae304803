import { expect, it } from 'vitest';
import { expand } from './expand.ts';

const lookUp = (name: string) => ({ A: '1', EMPTY: '' })[name];

it.each([
  ['$(A)', '1'],
  ['x$(A)y$(A)', 'x1y1'],
  ['$(EMPTY)|', '|'],
  ['$(UNKNOWN)', '$(UNKNOWN)'],
  ['$$(A)', '$(A)'],
  ['$$$(A)', '$1'],
  ['$A $', '$A $'],
])('expands %s to %s', (text, expected) => {
  expect(expand(text, lookUp)).toBe(expected);
});
