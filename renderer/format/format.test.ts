import { describe, expect, it } from 'vitest';
import { formatBinary, formatBytes } from './bytes.ts';
import { formatDuration } from './duration.ts';
import { formatMode } from './mode.ts';

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1 kB'],
    [13_256, '13.3 kB'],
    [999_900, '1 MB'],
    [4_261_574, '4.26 MB'],
    [1_200_000_000, '1.2 GB'],
  ])('%d is %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});

describe('formatBinary', () => {
  it.each([
    [2048 * 1024 ** 2, '2 GiB'],
    [2304 * 1024 ** 2, '2.25 GiB'],
    [64 * 1024 ** 3, '64 GiB'],
    [300 * 1024, '300 KiB'],
  ])('%d is %s', (bytes, text) => {
    expect(formatBinary(bytes)).toBe(text);
  });
});

describe('formatDuration', () => {
  it.each([
    [-5000, '0 seconds'],
    [1999, '1 second'],
    [59_999, '59 seconds'],
    [60_000, '1 minute'],
    [7_200_000, '2 hours'],
    [40 * 86_400_000, '1 month'],
  ])('%d ms is %s', (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text);
  });
});

describe('formatMode', () => {
  it.each([
    [0o755, 'rwxr-xr-x'],
    [0o640, 'rw-r-----'],
    [0o4755, 'rwsr-xr-x'],
    [0o2640, 'rw-r-S---'],
    [0o1777, 'rwxrwxrwt'],
  ])('%o is %s', (mode, text) => {
    expect(formatMode(mode)).toBe(text);
  });
});
