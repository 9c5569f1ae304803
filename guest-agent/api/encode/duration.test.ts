import { expect, it } from 'vitest';
import { duration } from './duration.ts';

it.each([
  [0, 'Less than a second'],
  [1_000, '1 second'],
  [59_000, '59 seconds'],
  [60_000, 'About a minute'],
  [150_000, '2 minutes'],
  [3_600_000, 'About an hour'],
  [7_200_000, '2 hours'],
  [48 * 3_600_000, '2 days'],
  [14 * 24 * 3_600_000, '2 weeks'],
  [60 * 24 * 3_600_000, '2 months'],
  [800 * 24 * 3_600_000, '2 years'],
])('says %i ms as "%s"', (milliseconds, words) => {
  expect(duration(milliseconds)).toBe(words);
});
