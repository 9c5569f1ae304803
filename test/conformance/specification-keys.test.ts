import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { readSpecification } from '../../electron/host/compose/specification/compile.ts';
import { composeFiles } from './rows/compose-keys.ts';
import { keysIn, keysOf, type Schema } from './specification-keys.ts';

const specification = readSpecification() as Schema;

test('finds keys behind references, in lists and under names', () => {
  const keys = keysOf(specification);
  expect(keys).toContain('services.*.develop.watch.exec.environment');
  expect(keys).toContain('networks.*.ipam.config.subnet');
  expect(keys).toContain('services.*.ulimits.*.soft');
});

test('every key of the Compose specification has a row', () => {
  const projects = join(import.meta.dirname, 'projects');
  const files = readdirSync(projects, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => readFileSync(join(projects, file), 'utf8'));
  const used = new Set(
    [...files, ...composeFiles]
      .flatMap((text) => parseAllDocuments(text, { merge: true, logLevel: 'silent' }))
      .flatMap((document) => [...keysIn(specification, document.toJS())]),
  );
  const missing = [...keysOf(specification)].filter((key) => !used.has(key));
  expect(missing).toEqual([]);
});
