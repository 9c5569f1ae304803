import { expect, test } from 'vitest';
import { parseMoment, parseNanoseconds } from './time.ts';

test('durations', () => {
  expect(parseNanoseconds('1h30m')).toBe(5400e9);
  expect(parseNanoseconds('1.5s')).toBe(1.5e9);
  for (const text of ['90', '-1s', '1d']) {
    expect(() => parseNanoseconds(text)).toThrow(`"${text}" is not a valid duration`);
  }
});

test('times are seconds since the epoch', () => {
  expect(parseMoment('2026-01-02T13:23:37Z')).toBe('1767360217.000000000');
  expect(parseMoment('2026-01-02T13:23:37.5+01:00')).toBe('1767356617.500000000');
  expect(parseMoment('1767360217')).toBe('1767360217');
  expect(parseMoment('10m', 1_767_360_217_000)).toBe('1767359617.000000000');
  expect(parseMoment('2026-01-02')).toBe((new Date(2026, 0, 2).getTime() / 1000).toFixed(9));
  expect(() => parseMoment('yesterday')).toThrow('"yesterday" is not a valid time');
});
