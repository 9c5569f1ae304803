import { expect, test } from 'vitest';
import { compareVersions } from './version-order.ts';

test.each([
  ['1.2.0', '1.10.0', -1],
  ['1.2.0.1', '1.2.0', 1],
  ['1.2', '1.2.0', 0],
  ['1.2.0-beta.1', '1.2.0', -1],
  ['1.2.0-alpha', '1.2.0-beta', -1],
  ['2.0.0', '1.9.9.9', 1],
])('%s compared with %s', (left, right, expected) => {
  expect(Math.sign(compareVersions(left, right))).toBe(expected);
  expect(Math.sign(compareVersions(right, left))).toBe(0 - expected);
});
