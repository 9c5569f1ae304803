import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import { expect, it } from 'vitest';
import configuration from './electron-builder.ts';

it('is a valid configuration of electron-builder', async () => {
  const path = createRequire(import.meta.url).resolve('app-builder-lib/scheme.json');
  const validate = new Ajv({ strict: false, allowUnionTypes: true }).compile(
    JSON.parse(await readFile(path, 'utf8')),
  );
  validate(configuration);
  expect(validate.errors ?? []).toEqual([]);
  validate({ ...configuration, electronFuses: { runAsNodes: false } });
  expect(validate.errors).not.toEqual([]);
});

it('prevents other code from running as the app', () => {
  expect(configuration.electronFuses).toMatchObject({
    runAsNode: false,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    onlyLoadAppFromAsar: true,
    enableEmbeddedAsarIntegrityValidation: true,
  });
});
