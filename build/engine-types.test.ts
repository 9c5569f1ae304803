import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { engineDescription } from './engine-description.ts';
import { engineTypes, engineTypesPath } from './engine-types.ts';

it.skipIf(!existsSync(engineDescription))(
  'the types of the Engine API are those of its description',
  async () => {
    const generated = await engineTypes(await readFile(engineDescription, 'utf8'));
    expect(await readFile(engineTypesPath, 'utf8')).toBe(generated);
  },
);

it('a description that lacks what Berth uses is refused', async () => {
  await expect(engineTypes('swagger: "2.0"\ndefinitions: {}\npaths: {}\n')).rejects.toThrow(
    'the description has no paths /containers/create post',
  );
});
