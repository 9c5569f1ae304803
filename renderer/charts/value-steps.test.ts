import { expect, it } from 'vitest';
import { valueSteps } from './value-steps.ts';

it.each([
  [1, [0, 0.25, 0.5, 0.75, 1]],
  [0.3, [0, 0.1, 0.2, 0.3]],
  [35, [0, 10, 20, 30, 40]],
  [450, [0, 200, 400, 600]],
  [1000, [0, 250, 500, 750, 1000]],
  [5.3e9, [0, 2e9, 4e9, 6e9]],
])('marks the axis of a chart up to %d with round values', (value, steps) => {
  expect(valueSteps(value)).toEqual(steps);
});
