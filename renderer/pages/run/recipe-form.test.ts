import { expect, it } from 'vitest';
import { RECIPES } from '../../recipes/recipe-list.ts';
import { addressOfRun, formOfRecipe } from './recipe-form.ts';
import { toRequest } from './run-form.ts';
import { validateForm } from './validate-form.ts';

it.each(RECIPES.map((recipe) => [recipe.id, recipe] as const))(
  'the form of %s has no mistakes',
  (id, recipe) => {
    expect(validateForm(formOfRecipe(recipe, { name: id, hostPorts: [] }))).toEqual({});
  },
);

it('fills in a database: its port, its volume and its password', () => {
  const [postgres] = RECIPES;
  if (!postgres) throw new Error('no recipe');
  const form = formOfRecipe(postgres, { name: 'postgres-2', hostPorts: [5433] });
  const password = form.env.find(({ name }) => name === 'POSTGRES_PASSWORD')?.value;
  expect(toRequest(postgres.image, form)).toEqual({
    ...{ image: 'postgres:17', name: 'postgres-2', tty: false, restart: 'unless-stopped' },
    ports: [{ hostPort: 5433, containerPort: 5432, protocol: 'tcp' }],
    mounts: [{ source: 'postgres-2-data', target: '/var/lib/postgresql/data', readOnly: false }],
    env: [`POSTGRES_PASSWORD=${password}`],
  });
  expect(addressOfRun(postgres, form)).toBe(
    `postgres://postgres:${password}@localhost:5433/postgres`,
  );
});
