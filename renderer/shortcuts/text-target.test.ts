import { expect, it } from 'vitest';
import { takesText } from './text-target.ts';

it.each([
  { tagName: 'INPUT', type: 'text' },
  { tagName: 'INPUT', type: 'search' },
  { tagName: 'INPUT', type: 'number' },
  { tagName: 'INPUT', type: 'password' },
  { tagName: 'TEXTAREA', type: 'textarea' },
  { tagName: 'SELECT', type: 'select-one' },
  { tagName: 'DIV', isContentEditable: true },
])('leaves its keys to %o', (target) => {
  expect(takesText(target)).toBe(true);
});

it.each([
  { tagName: 'INPUT', type: 'radio' },
  { tagName: 'INPUT', type: 'checkbox' },
  { tagName: 'INPUT', type: 'range' },
  // A list of choices that cannot be searched.
  { tagName: 'INPUT', type: 'text', readOnly: true },
  { tagName: 'BUTTON', type: 'button' },
  { tagName: 'DIV', isContentEditable: false },
  {},
])('takes shortcuts in %o', (target) => {
  expect(takesText(target)).toBe(false);
});
