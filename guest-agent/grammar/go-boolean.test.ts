import { expect, it } from 'vitest';
import { goBoolean } from './go-boolean.ts';

it.each(['1', 't', 'T', 'TRUE', 'true', 'True'])('%s is true', (text) => {
  expect(goBoolean(text)).toBe(true);
});

it.each(['0', 'f', 'F', 'FALSE', 'false', 'False'])('%s is false', (text) => {
  expect(goBoolean(text)).toBe(false);
});

it.each(['', 'yes', 'tRUE', ' true', '1\n'])('%j is neither', (text) => {
  expect(goBoolean(text)).toBeUndefined();
});
