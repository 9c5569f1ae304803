import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { loadProject } from './load.ts';

/** The service `a` of files that follow each other, or of what the first one includes and extends. */
async function serviceOf(files: Readonly<Record<string, string>>, ...names: readonly string[]) {
  const { project, problems } = await load(files, names);
  expect(problems.map(({ message }) => message)).toEqual([]);
  return project?.services.a;
}

function load(files: Readonly<Record<string, string>>, names: readonly string[]) {
  const edited = new Map(Object.entries(files).map(([name, text]) => [at(name), text]));
  return loadProject({ files: names.map(at), env: {}, edited });
}

const at = (name: string) => resolve('/work/shop', name);

const base =
  'services: {a: {image: box, command: [x], ports: ["80", "81"], environment: {A: 1, B: 2}, cap_add: [ALL], logging: {driver: local, options: {max-size: 1m}}}}';

test('!reset removes what earlier files say, and !override replaces it', async () => {
  const service = await serviceOf(
    {
      'one.yaml': base,
      'two.yaml':
        'services: {a: {ports: !override ["82"], environment: {A: !reset null, C: 3}, cap_add: !reset []}}',
    },
    'one.yaml',
    'two.yaml',
  );
  expect(service?.ports).toEqual([{ mode: 'ingress', target: 82, protocol: 'tcp' }]);
  expect(service?.environment).toEqual({ B: '2', C: '3' });
  expect(service?.cap_add).toBeUndefined();
});

test('a service can reset what it extends', async () => {
  const service = await serviceOf(
    {
      'base.yaml': base.replace('a:', 'parent:'),
      'one.yaml':
        'services: {a: {extends: {file: base.yaml, service: parent}, ports: !reset [], depends_on: [b]}, b: {image: box}}',
    },
    'one.yaml',
  );
  expect(service?.ports).toBeUndefined();
  expect(service?.environment).toEqual({ A: '1', B: '2' });
});

test('options of a log driver are not merged into those of another', async () => {
  const over = 'services: {a: {logging: {driver: syslog, options: {tag: t}}}}';
  const service = await serviceOf({ 'one.yaml': base, 'two.yaml': over }, 'one.yaml', 'two.yaml');
  expect(service?.logging).toEqual({ driver: 'syslog', options: { tag: 't' } });
});

test.each([
  ['dns: [1.1.1.1, 2.2.2.2]', 'dns: [1.1.1.1]', { dns: ['1.1.1.1', '2.2.2.2'] }],
  ['security_opt: [a]', 'security_opt: [a]', { security_opt: ['a', 'a'] }],
  ['tmpfs: [/t]', 'tmpfs: [/t, /u]', { tmpfs: ['/t', '/u'] }],
  ['command: [x]', 'command: null', { command: null }],
  ['environment: {A: 1}', 'environment: [A]', { environment: { A: null } }],
])('%s with %s', async (first, second, expected) => {
  const service = await serviceOf(
    {
      'one.yaml': `services: {a: {image: box, ${first}}}`,
      'two.yaml': `services: {a: {${second}}}`,
    },
    'one.yaml',
    'two.yaml',
  );
  expect(service).toMatchObject(expected);
});

test('two different services of one name are an error where one is included', async () => {
  const files = {
    'one.yaml': 'include: [two.yaml]\nservices: {a: {image: box}}',
    'two.yaml': 'services: {a: {image: web}}',
  };
  const { project, problems } = await load(files, ['one.yaml']);
  expect(project).toBeUndefined();
  expect(problems.map(({ message }) => message)).toEqual([
    'services.a conflicts with imported resource',
  ]);
});

test('files that include each other are an error', async () => {
  const files = { 'one.yaml': 'include: [two.yaml]', 'two.yaml': 'include: [one.yaml]' };
  await expect(load(files, ['one.yaml'])).rejects.toThrow(
    `include cycle detected:\n${at('one.yaml')}\n include ${at('two.yaml')}\n include ${at('one.yaml')}`,
  );
});

test('variables know the name of the project', async () => {
  const service = await serviceOf(
    { 'one.yaml': 'name: shop\nservices: {a: {image: box:$COMPOSE_PROJECT_NAME}}' },
    'one.yaml',
  );
  expect(service?.image).toBe('box:shop');
});

test.each([
  ['provider: {type: model}', 'services.a.provider: Berth runs containers only'],
  ['image: box, use_api_socket: true', "services.a.use_api_socket: Berth doesn't give containers"],
  ['image: box, models: [llm]', 'services.a.models: Berth has no runner for language models'],
])('a service with %s is refused', async (keys, message) => {
  const text = `services: {a: {${keys}}}\nmodels: {llm: {model: x}}`;
  const { problems } = await load({ 'one.yaml': text }, ['one.yaml']);
  expect(problems).toMatchObject([{ line: 1, message: expect.stringContaining(message) }]);
});
