import { expect, it, test } from 'vitest';
import { isRecord } from '../../base/is-record.ts';
import { composeFileSchema } from '../file/file-schema.ts';
import { SERVICE_KEYS } from '../file/service-schema.ts';
import { load, problemsOf } from '../testing/project-of.ts';
import { readSpecification } from './compile.ts';
import { specificationProblems, WITHOUT_TEXT } from './problems.ts';

const specification = readSpecification();

test.each([
  ['services: {a: {image: 1}}', '1: services.a.image must be a string'],
  ['services:\n  a:\n    image: box\n    cgroup: mine', '4: services.a.cgroup must be one of host'],
  ['services: {a b: {image: box}}', "1: services additional properties 'a b' not allowed"],
  [
    'services:\n  a:\n    image: box\n    security_opt: [a, a]',
    '4: services.a.security_opt items at 0',
  ],
])('%j is refused where the published schema refuses it', async (text, problem) => {
  expect(await problemsOf(text)).toEqual([expect.stringContaining(problem)]);
});

it('accepts variables and repeated entries as Docker Compose does', async () => {
  const text = `services:
  a:
    image: box
    cap_add: [ALL, ALL]
    dns: [1.1.1.1, 1.1.1.1]
    use_api_socket: "\${NO}"
    depends_on: {b: {condition: service_started, required: "\${NO}"}}
    networks: {default: {priority: "\${FIVE}", gw_priority: "\${FIVE}"}}
    oom_score_adj: "\${FIVE}"
    cpu_count: "\${FIVE}"
  b: {image: box}`;
  const { problems } = await load(text, { env: { NO: 'false', FIVE: '5' } });
  expect(problems).toEqual([]);
});

it('knows each key of a service and of a file that the schema has', () => {
  const { definitions, properties } = specification;
  expect([...SERVICE_KEYS].filter((key) => !key.startsWith('x-')).sort()).toEqual(
    Object.keys(definitions.service.properties).sort(),
  );
  const empty = composeFileSchema.parse({});
  const known = ['version', 'name', 'include', ...Object.keys(empty)].sort();
  expect(known).toEqual(Object.keys(properties).sort());
});

it('knows each number and truth value for which the schema has no text', () => {
  const found = new Set<string>();
  const look = (schema: unknown, path: string) => {
    if (!isRecord(schema)) return;
    const types = [schema.type].flat();
    const isText = types.includes('string');
    if (!isText && types.some((type) => /^(integer|number|boolean)$/.test(String(type)))) {
      found.add(path);
    }
    for (const [key, inner] of Object.entries(schema.properties ?? {}))
      look(inner, `${path}.${key}`);
    for (const inner of Object.values(schema.patternProperties ?? {})) look(inner, `${path}.*`);
    look(schema.items, `${path}.*`);
    const branches = [schema.oneOf ?? [], schema.anyOf ?? []].flat();
    // A value with a form as text needs no care.
    if (branches.some((branch) => isRecord(branch) && branch.type === 'string')) {
      for (const branch of branches) {
        if (isRecord(branch) && /object|array/.test(String(branch.type))) look(branch, path);
      }
    } else for (const branch of branches) look(branch, path);
  };
  look(specification.definitions.service, 'services.*');
  look(specification.definitions.development, 'services.*.develop');
  look(specification.definitions.model, 'models.*');
  expect([...found].sort()).toEqual([...WITHOUT_TEXT].sort());
});

it('has no problem with an empty file', async () => {
  expect(await specificationProblems({})).toEqual([]);
});
