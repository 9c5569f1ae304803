import { expect, it } from 'vitest';
import { parseQuantity } from './quantity.ts';

it.each([
  ['1', 1],
  ['500m', 0.5],
  ['1.5', 1.5],
  ['.5', 0.5],
  ['64Mi', 64 * 2 ** 20],
  ['1Gi', 2 ** 30],
  ['1G', 1e9],
  ['2k', 2000],
  ['1e3', 1000],
  ['1E', 1e18],
  [3, 3],
])('reads %s', (text, amount) => {
  expect(parseQuantity(text)).toBe(amount);
});

it.each(['', 'x', '1 Gi', '1KiB', '--1'])('refuses %s', (text) => {
  expect(parseQuantity(text)).toBeUndefined();
});
