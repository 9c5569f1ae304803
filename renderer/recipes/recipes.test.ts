import { expect, it } from 'vitest';
import { isName } from '../../guest-agent/grammar/name.ts';
import { parseReference } from '../../guest-agent/grammar/reference.ts';
import { addressOf, freeName, newPassword } from './recipe.ts';
import { RECIPES } from './recipe-list.ts';

it('has at least twenty services, each once', () => {
  const ids = RECIPES.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.length).toBeGreaterThanOrEqual(20);
});

it.each(RECIPES.map((recipe) => [recipe.id, recipe] as const))('%s can run', (id, recipe) => {
  expect(isName(id)).toBe(true);
  expect(() => parseReference(recipe.image)).not.toThrow();
  expect(recipe.image).toMatch(/:[^/]+$/);
  expect(recipe.ports.length).toBeGreaterThan(0);
  expect(recipe.data ?? '/').toMatch(/^\//);
  const known = [...(recipe.passwords ?? []), ...recipe.ports.map(String)];
  for (const [, name] of recipe.address?.matchAll(/\{(\w+)\}/g) ?? []) {
    expect(known).toContain(name);
  }
});

it('fills in the address of a service', () => {
  const values = new Map<string, string | number>([
    ['POSTGRES_PASSWORD', 'secret'],
    ['5432', 5433],
  ]);
  expect(addressOf('postgres://postgres:{POSTGRES_PASSWORD}@localhost:{5432}', values)).toBe(
    'postgres://postgres:secret@localhost:5433',
  );
});

it('gives a second container its own name', () => {
  expect(freeName('redis', new Set())).toBe('redis');
  expect(freeName('redis', new Set(['redis', 'redis-2']))).toBe('redis-3');
});

it('makes a new password each time', () => {
  const passwords = Array.from({ length: 50 }, newPassword);
  expect(new Set(passwords).size).toBe(50);
  expect(passwords.filter((password) => !/^[A-Za-z2-9]{20}$/.test(password))).toEqual([]);
});
