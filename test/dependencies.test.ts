import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import * as z from 'zod';

const root = join(import.meta.dirname, '..');

const versions = z.record(z.string(), z.string());
const packageSchema = z.object({
  dependencies: versions,
  devDependencies: versions,
  optionalDependencies: versions,
});

/** The packages that docs/dependencies.md gives a reason for; `*` stands for any name. */
async function reasons(): Promise<Map<string, string>> {
  const text = await readFile(join(root, 'docs/dependencies.md'), 'utf8');
  const rows = [...text.matchAll(/^\| (`[^|]+) \| ([^|]*)\|$/gm)];
  return new Map(
    rows.flatMap(([, names = '', why = '']) =>
      [...names.matchAll(/`([^`]+)`/g)].map(([, name = '']) => [name, why.trim()] as const),
    ),
  );
}

async function dependencies(): Promise<string[]> {
  const text = await readFile(join(root, 'package.json'), 'utf8');
  return Object.values(packageSchema.parse(JSON.parse(text))).flatMap(Object.keys);
}

const fits = (pattern: string, name: string) =>
  pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;

it('docs/dependencies.md has a reason for each dependency', async () => {
  const known = [...(await reasons())].filter(([, why]) => why !== '');
  const names = await dependencies();
  expect(names.length).toBeGreaterThan(50);
  const without = names.filter((name) => !known.some(([pattern]) => fits(pattern, name)));
  expect(without).toEqual([]);
});

it('docs/dependencies.md names nothing that is not a dependency', async () => {
  const names = await dependencies();
  const left = [...(await reasons()).keys()].filter(
    (pattern) => !names.some((name) => fits(pattern, name)),
  );
  expect(left).toEqual([]);
});
