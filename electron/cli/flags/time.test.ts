import { expect, test } from 'vitest';
import { parseDuration, parseMoment } from './time.ts';

test('durations', () => {
  expect(parseDuration('1h30m')).toBe(5400);
  expect(parseDuration('1.5s')).toBe(1.5);
  expect(parseDuration('90')).toBeUndefined();
});

test('moments are seconds since the epoch', () => {
  expect(parseMoment('2026-01-02T13:23:37Z')).toBe('1767360217.000000000');
  expect(parseMoment('2026-01-02T13:23:37.5+01:00')).toBe('1767356617.500000000');
  expect(parseMoment('1767360217')).toBe('1767360217');
  expect(parseMoment('10m', 1_767_360_217_000)).toBe('1767359617.000000000');
  expect(parseMoment('2026-01-02')).toBe((new Date(2026, 0, 2).getTime() / 1000).toFixed(9));
  expect(() => parseMoment('yesterday')).toThrow('"yesterday" is no time');
});
