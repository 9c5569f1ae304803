import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { loadProject } from './load.ts';

async function projectOf(files: Readonly<Record<string, string>>) {
  const edited = new Map(Object.entries(files).map(([name, text]) => [at(name), text]));
  const { project, problems } = await loadProject({ files: [at('compose.yaml')], env: {}, edited });
  if (project === undefined) throw new Error(problems.map(({ message }) => message).join('\n'));
  return project;
}

const at = (name: string) => resolve('/work/shop', name);

test('what an included file extends is beside that file', async () => {
  const { services } = await projectOf({
    'compose.yaml': 'include: [app/compose.yaml]',
    'app/compose.yaml': 'services: {app: {extends: {file: ./common.yaml, service: app}}}',
    'app/common.yaml': 'services: {app: {image: box, build: {context: ctx}}}',
  });
  expect(services.app?.build).toMatchObject({ context: at('app/ctx'), dockerfile: 'Dockerfile' });
});

test('a file that only adds to a build keeps its context', async () => {
  const { services } = await projectOf({
    'compose.yaml': 'include: [{path: [dir/services.yaml, dir/optional.yaml]}]',
    'dir/services.yaml':
      'services: {a: {build: {context: .., dockerfile: D}}, b: {build: {target: x}}}',
    'dir/optional.yaml': 'services: {a: {build: {args: {A: 1}}}}',
  });
  expect(services.a?.build).toMatchObject({ context: at('.'), dockerfile: 'D', args: { A: '1' } });
  expect(services.b?.build).toMatchObject({ context: at('dir'), target: 'x' });
});

test('a service that extends a build keeps its context', async () => {
  const { services } = await projectOf({
    'compose.yaml':
      'services: {base: {build: ./base}, a: {extends: base, build: {target: x}}, c: {build: {target: y}}}',
  });
  expect(services.a?.build).toMatchObject({ context: at('base'), target: 'x' });
  expect(services.c?.build).toMatchObject({ context: at('.'), dockerfile: 'Dockerfile' });
});
