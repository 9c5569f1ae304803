import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import { expect, it } from 'vitest';
import configuration from './electron-builder.ts';

it('is what electron-builder takes', async () => {
  const path = createRequire(import.meta.url).resolve('app-builder-lib/scheme.json');
  const validate = new Ajv({ strict: false, allowUnionTypes: true }).compile(
    JSON.parse(await readFile(path, 'utf8')),
  );
  validate(configuration);
  expect(validate.errors ?? []).toEqual([]);
  validate({ ...configuration, electronFuses: { runAsNodes: false } });
  expect(validate.errors).not.toEqual([]);
});

it('leaves no way to run other code as the app', () => {
  expect(configuration.electronFuses).toMatchObject({
    runAsNode: false,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    onlyLoadAppFromAsar: true,
    enableEmbeddedAsarIntegrityValidation: true,
  });
});
