import { expect, it } from 'vitest';
import * as z from 'zod';
import { duration, read, size } from './units.ts';

it.each([
  ['64m', '67108864'],
  [512, '512'],
  ['-1', '-1'],
])('writes the size %s as decimal digits', (value, expected) => {
  expect(size.parse(value)).toBe(expected);
});

it.each([
  ['90.5s', '1m30.5s'],
  ['1d', '24h0m0s'],
  ['1w', '168h0m0s'],
])('writes the duration %s as Go does', (value, expected) => {
  expect(duration.parse(value)).toBe(expected);
});

it('tells what is neither', () => {
  expect(size.safeParse('many').error?.issues).toMatchObject([{ message: 'invalid size: "many"' }]);
  expect(duration.safeParse('soon').error?.issues).toMatchObject([
    { message: 'invalid duration: "soon". Use a value such as 1m30s' },
  ]);
});

it('hides no fault behind an issue of the file', () => {
  const schema = z.string().transform(
    read(() => {
      throw new TypeError('a fault');
    }),
  );
  expect(() => schema.parse('x')).toThrow(TypeError);
});
