import { describe, expect, it } from 'vitest';
import { nextLook } from './log-size.ts';

const MAX = 20_000_000;

describe('nextLook', () => {
  it('is once a second for a log that is quiet or grows slowly', () => {
    expect(nextLook({ size: 5_000, before: 5_000, elapsed: 1000 }, MAX)).toBe(1000);
    expect(nextLook({ size: 50_000, before: 5_000, elapsed: 1000 }, MAX)).toBe(1000);
  });

  it('is before a log that grows quickly reaches its limit', () => {
    // 300 MB/s, with 14 MB left.
    const wait = nextLook({ size: 6_000_000, before: 0, elapsed: 20 }, MAX);
    expect(wait).toBeLessThan(14_000_000 / 300_000);
    expect(wait).toBeGreaterThan(10);
  });

  it('is soon after a new file was requested, as the same growth will fill it', () => {
    expect(nextLook({ size: 21_000_000, before: 15_000_000, elapsed: 20 }, MAX)).toBeLessThan(100);
    expect(nextLook({ size: 1_000_000, before: 21_000_000, elapsed: 20 }, MAX)).toBeLessThan(500);
  });

  it('never makes the engine look all the time', () => {
    expect(nextLook({ size: 1_000, before: 0, elapsed: 1 }, 1)).toBe(25);
  });
});
