import { addressOf, newPassword, type Recipe } from '../../recipes/recipe.ts';
import { newRow } from './fields.ts';
import { EMPTY_FORM, type RunForm } from './run-form.ts';

/** Where a recipe's container goes: its name, and the host ports in the recipe's order. */
export interface RecipePlacement {
  readonly name: string;
  readonly hostPorts: readonly number[];
}

/** The form with everything that a recipe fills in, and with new passwords. */
export function formOfRecipe(recipe: Recipe, { name, hostPorts }: RecipePlacement): RunForm {
  const { ports, data, env = {}, passwords = [], command = '' } = recipe;
  return {
    ...EMPTY_FORM,
    ...{ name, command, tty: false, restart: 'unless-stopped' },
    ports: ports.map((port, index) =>
      newRow({
        host: `${hostPorts[index] ?? port}`,
        container: `${port}`,
        protocol: 'tcp' as const,
      }),
    ),
    mounts: data ? [newRow({ source: `${name}-data`, target: data, readOnly: false })] : [],
    env: [
      ...Object.entries(env).map(([key, value]) => newRow({ name: key, value })),
      ...passwords.map((key) => newRow({ name: key, value: newPassword() })),
    ],
  };
}

/** The address for clients of a service that runs with a form; undefined if the recipe has none. */
export function addressOfRun(recipe: Recipe, form: RunForm): string | undefined {
  if (recipe.address === undefined) return undefined;
  const values = new Map([
    ...form.env.map(({ name, value }) => [name, value] as const),
    ...form.ports.map(({ host, container }) => [container, host] as const),
  ]);
  return addressOf(recipe.address, values);
}
