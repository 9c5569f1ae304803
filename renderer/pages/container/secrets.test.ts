import { expect, it } from 'vitest';
import { isSecret } from './secrets.ts';

it.each([
  ['POSTGRES_PASSWORD', 'x'],
  ['GITHUB_TOKEN', 'x'],
  ['AWS_SECRET_ACCESS_KEY', 'x'],
  ['APIKEY', 'x'],
  ['DATABASE_URL', 'postgres://me:pa55@db/shop'],
])('hides %s', (name, value) => {
  expect(isSecret({ name, value })).toBe(true);
});

it.each([
  ['PATH', '/usr/bin:/bin'],
  ['KEYBOARD', 'us'],
  ['HOME_URL', 'https://example.org:8080/@me'],
  ['EMPTY_PASSWORD', ''],
])('shows %s', (name, value) => {
  expect(isSecret({ name, value })).toBe(false);
});
