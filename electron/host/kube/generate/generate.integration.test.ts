import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Ajv, type ValidateFunction } from 'ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { ContainerCreateRequest } from '../../../../guest-agent/grammar/engine-types.ts';
import { loadSchemas } from '../../../../guest-agent/kube/schema/schemas.ts';
import { kubectlProgram } from '../../../../guest-agent/kube/testing/kubectl-program.ts';
import { StandInCluster } from '../../../../guest-agent/kube/testing/stand-in-cluster.ts';
import { withOverride } from '../../compose/file/find-files.ts';
import { requireProject } from '../../compose/file/load.ts';
import { fromProject } from './compose/from-project.ts';
import { fromContainers } from './containers/from-containers.ts';
import { WORKLOADS } from './workload.ts';
import { writeManifests } from './write-manifests.ts';

const run = promisify(execFile);
const projects = join(import.meta.dirname, '../../../../test/conformance/projects');

let program: string;
let cluster: StandInCluster;
let directory: string;
let validators: Map<string, ValidateFunction>;

beforeAll(async () => {
  program = await kubectlProgram();
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

async function kubectl(...words: string[]): Promise<string[]> {
  const env = { ...process.env, KUBECONFIG: join(directory, 'kubeconfig') };
  const { stdout } = await run(program, words, { env, timeout: 120_000 });
  return stdout.trim().split('\n');
}

/** Has the manifests checked by everybody who could refuse them. */
async function expectAccepted({ objects, text }: Awaited<ReturnType<typeof generate>>) {
  const file = join(directory, 'manifests.yaml');
  await writeFile(file, text);
  for (const dryRun of ['client', 'server']) {
    const lines = await kubectl('apply', `--dry-run=${dryRun}`, '--validate=strict', '-f', file);
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
}

describe.each(readdirSync(projects))('manifests of the project %s', (name) => {
  it('are accepted by kubectl, by the API and by the published schemas', async () => {
    const generated = await generate(name, ['*']);
    expect(generated.objects.length).toBeGreaterThan(0);
    await expectAccepted(generated);
  });
});

it.each(WORKLOADS)('manifests of a container as a %s are accepted', async (type) => {
  const request: ContainerCreateRequest = {
    ...{ Image: 'nginx', Env: ['API_TOKEN=x'], User: '1000', Tty: true },
    HostConfig: {
      Binds: ['data:/data', '/srv:/srv'],
      PortBindings: { '80/tcp': [{ HostIp: '', HostPort: '8080' }] },
    },
  };
  const generated = await fromContainers([{ name: 'My_Web', request }], { type });
  await expectAccepted({ ...generated, text: writeManifests(generated.objects) });
});

it('a project that is applied gets ready, and applying it again replaces no pod', async () => {
  const { text, objects } = await generate('blog');
  const file = join(directory, 'blog.yaml');
  await writeFile(file, text);
  const applied = await kubectl('apply', '-f', file);
  expect(applied).toHaveLength(objects.length);
  for (const workload of ['statefulset/db', 'statefulset/page']) {
    const [last] = (await kubectl('rollout', 'status', workload, '--timeout=60s')).slice(-1);
    expect(last).toMatch(/rolling update complete|roll out complete|partitioned roll out complete/);
  }
  expect(await kubectl('get', 'pvc', '-o', 'name')).toEqual([
    ...['persistentvolumeclaim/db-data-db-0', 'persistentvolumeclaim/uploads-page-0'],
  ]);
  const running = () =>
    kubectl('get', 'pods', '-o', 'jsonpath={range .items[*]}{.metadata.uid}{end}');
  const before = await running();
  await kubectl('apply', '-f', file);
  await kubectl('rollout', 'status', 'statefulset/page', '--timeout=60s');
  expect(await running()).toEqual(before);
});
