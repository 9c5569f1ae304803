import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Ajv, type ValidateFunction } from 'ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { loadSchemas } from '../../../../guest-agent/kube/schema/schemas.ts';
import { StandInCluster } from '../../../../guest-agent/kube/testing/stand-in-cluster.ts';
import { withOverride } from '../../compose/file/find-files.ts';
import { requireProject } from '../../compose/file/load.ts';
import { fromProject } from './compose/from-project.ts';
import { writeManifests } from './write-manifests.ts';

const run = promisify(execFile);
const projects = join(import.meta.dirname, '../../../../test/conformance/projects');

let cluster: StandInCluster;
let directory: string;
let validators: Map<string, ValidateFunction>;

beforeAll(async () => {
  cluster = await StandInCluster.start();
  directory = await mkdtemp(join(tmpdir(), 'berth-generate-'));
  await writeFile(join(directory, 'kubeconfig'), cluster.kubeconfig());
  validators = await publishedSchemas();
});
afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
});

/** Kubernetes' own description of its objects, with unknown fields refused. */
async function publishedSchemas(): Promise<Map<string, ValidateFunction>> {
  const { definitions } = await loadSchemas();
  const strict = Object.fromEntries(
    Object.entries(definitions).map(([name, schema]) => {
      const isQuantity = /\.(Quantity|IntOrString)$/.test(name);
      if (isQuantity) return [name, { type: ['string', 'integer'] }];
      return [name, schema.properties ? { ...schema, additionalProperties: false } : schema];
    }),
  );
  const ajv = new Ajv({ strict: false, logger: false, validateFormats: false });
  ajv.addSchema({ $id: 'kubernetes', definitions: strict });
  const found = new Map<string, ValidateFunction>();
  for (const [name, schema] of Object.entries(definitions)) {
    for (const { kind } of schema['x-kubernetes-group-version-kind'] ?? []) {
      found.set(kind, ajv.compile({ $ref: `kubernetes#/definitions/${name}` }));
    }
  }
  return found;
}

async function generate(name: string, profiles: readonly string[] = []) {
  const files = await withOverride(join(projects, name, 'compose.yaml'));
  const env = { SHELL_TOKEN: 'from the shell' };
  const project = await requireProject({ files, env, profiles });
  const generated = await fromProject(project, { env: { ...project.variables, ...env } });
  return { ...generated, text: writeManifests(generated.objects) };
}

async function kubectlApply(text: string, dryRun: string): Promise<string[]> {
  const file = join(directory, 'manifests.yaml');
  await writeFile(file, text);
  const { stdout } = await run(
    'kubectl',
    ['apply', `--dry-run=${dryRun}`, '--validate=false', '-f', file],
    { env: { ...process.env, KUBECONFIG: join(directory, 'kubeconfig') }, timeout: 120_000 },
  );
  return stdout.trim().split('\n');
}

describe.each(readdirSync(projects))('manifests of the project %s', (name) => {
  it('are accepted by kubectl, by the API and by the published schemas', async () => {
    const { text, objects } = await generate(name, ['*']);
    expect(objects.length).toBeGreaterThan(0);
    for (const dryRun of ['client', 'server']) {
      const lines = await kubectlApply(text, dryRun);
      expect(lines).toHaveLength(objects.length);
      for (const line of lines) expect(line).toMatch(/ created \(/);
    }
    for (const document of parseAllDocuments(text)) {
      const object: { kind: string; metadata: { name: string } } = document.toJS();
      const validate = validators.get(object.kind);
      const isValid = validate?.(object);
      expect({ of: object.metadata.name, isValid, errors: validate?.errors }).toEqual({
        ...{ of: object.metadata.name, isValid: true, errors: null },
      });
    }
  });
});
