import { InvalidArgumentError } from 'commander';
import { expect, test } from 'vitest';
import { bytes, bytesOrUnlimited, cpus } from './argument.ts';
import { parseInteger } from './numbers.ts';

test('an invalid size is an error of its flag', () => {
  expect(bytes('64m')).toBe(64 * 1024 ** 2);
  expect(bytesOrUnlimited('-1')).toBe(-1);
  for (const text of ['', '-1', '1x', 'm', '1 2m']) {
    expect(() => bytes(text)).toThrow(InvalidArgumentError);
  }
});

test('CPUs become billionths', () => {
  expect(cpus('1.5')).toBe(1_500_000_000);
  expect(cpus('.25')).toBe(250_000_000);
  for (const text of ['', 'x', '-1']) expect(() => cpus(text)).toThrow(InvalidArgumentError);
});

test('whole numbers', () => {
  expect(parseInteger('-1')).toBe(-1);
  for (const text of ['', '1.5', '0x1', 'ten']) expect(() => parseInteger(text)).toThrow();
});
