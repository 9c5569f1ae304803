import { expect, it } from 'vitest';
import { BackOff, goDuration } from './back-off.ts';

it('doubles the wait between restarts up to five minutes, after one restart at once', () => {
  const crashes = new BackOff(0);
  const waits = Array.from({ length: 8 }, () => crashes.failed() / 1000);
  expect(waits).toEqual([0, 10, 20, 40, 80, 160, 300, 300]);
});

it('waits before the second pull of an image', () => {
  const pulls = new BackOff();
  expect([pulls.failed(), pulls.failed()]).toEqual([10_000, 20_000]);
});

it('begins again after a run of ten minutes', () => {
  const crashes = new BackOff(0);
  for (let count = 0; count < 5; count += 1) crashes.failed();
  crashes.ran(599_000);
  expect(crashes.failed()).toBe(160_000);
  crashes.ran(600_000);
  expect([crashes.failed(), crashes.failed()]).toEqual([0, 10_000]);
});

it('prints durations as Go does', () => {
  expect([512, 10_000, 160_000, 300_000].map(goDuration)).toEqual([
    ...['512ms', '10s', '2m40s', '5m0s'],
  ]);
});
