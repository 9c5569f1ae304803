import { expect, test } from 'vitest';
import { formatDuration, parseDuration } from './duration.ts';

test.each([
  ['1h30m', 5400e9],
  ['1.5s', 1.5e9],
  ['1.1s', 1_100_000_000],
  ['.5s', 5e8],
  ['5.s', 5e9],
  ['0', 0],
  ['-0', 0],
  ['+3ns', 3],
  ['-10m', -600e9],
  ['20us', 20e3],
  ['20µs', 20e3],
  ['20μs', 20e3],
  ['1h2m3s4ms5us6ns', 3_723_004_005_006],
  ['0.3ns', 0],
])('reads %s as Go does', (text, nanoseconds) => {
  expect(parseDuration(text)).toBe(nanoseconds);
});

test.each(['', '5', '90', '1x', 's', '.s', '1 s', '1d', '1s2', '--1s', '1e3s', '300000h0m0s1w'])(
  'rejects "%s"',
  (text) => {
    expect(parseDuration(text)).toBeUndefined();
  },
);

test('rejects durations that don’t fit into 64 bits', () => {
  expect(parseDuration('2562047h')).toBe(2_562_047 * 3600e9);
  expect(parseDuration('2562048h')).toBeUndefined();
});

test('Compose files allow days and weeks too', () => {
  expect(parseDuration('1w2d', 'compose')).toBe(9 * 86_400e9);
  expect(parseDuration('', 'compose')).toBeUndefined();
});

test.each([
  ['1h', '1h0m0s'],
  ['90.5s', '1m30.5s'],
  ['1m30s', '1m30s'],
  ['500ms', '500ms'],
  ['20us', '20µs'],
  ['7ns', '7ns'],
  ['-1.5s', '-1.5s'],
  ['0', '0s'],
])('writes the duration %s as Go does', (text, expected) => {
  const nanoseconds = parseDuration(text) ?? Number.NaN;
  expect(formatDuration(nanoseconds)).toBe(expected);
  expect(parseDuration(expected)).toBe(nanoseconds);
});
