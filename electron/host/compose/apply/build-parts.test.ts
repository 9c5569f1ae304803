import { expect, test } from 'vitest';
import type { ServiceBuild } from '../file/build-schema.ts';
import { problemsOf, projectOf } from '../testing/project-of.ts';
import { buildSecrets, inBuildOrder } from './build-parts.ts';

test('a build has the keys of the specification', async () => {
  const build = `{context: ., privileged: true, isolation: default, sbom: true, provenance: mode=max,
    ulimits: {nofile: {soft: 1, hard: 2}, nproc: 3}, secrets: [one, {source: two, target: deux}],
    additional_contexts: {b: ./b, c: "service:other", d: "docker-image://box"}}`;
  const text = `services: {a: {build: ${build}}, other: {image: x}}
secrets: {one: {environment: ONE}, two: {file: ./two}, unused: {file: ./x}}`;
  const project = await projectOf(text);
  const found = project.services.a?.build as ServiceBuild;
  expect(found).toMatchObject({
    ...{ privileged: true, sbom: 'true', provenance: 'mode=max' },
    ulimits: { nofile: { soft: 1, hard: 2 }, nproc: 3 },
    additional_contexts: { c: 'service:other', d: 'docker-image://box' },
  });
  expect(found.additional_contexts?.b).toMatch(/^([A-Z]:)?[\\/].*[\\/]b$/);
  expect(buildSecrets(project, found)).toEqual([
    { id: 'one', variable: 'ONE' },
    { id: 'deux', file: expect.stringMatching(/[\\/]two$/) },
  ]);
  expect(Object.keys(project.secrets)).toEqual(['one', 'two']);
});

test('a build can only use secrets of the file', async () => {
  const text = 'services: {a: {build: {context: ., secrets: [none]}}}';
  expect(await problemsOf(text)).toEqual([
    expect.stringContaining('service "a" refers to undefined build secret none'),
  ]);
});

test('a service is built after the services whose images it uses', async () => {
  const text = `services:
  app: {image: app, build: {context: ., additional_contexts: {base: "service:base", web: "service:web"}}}
  base: {image: base, build: {context: ., additional_contexts: {deep: "service:deep"}}}
  deep: {image: deep, build: .}
  web: {image: web, build: .}`;
  const project = await projectOf(text);
  const { app, base } = project.services;
  if (app === undefined || base === undefined) throw new Error('no services');
  const builds = new Map([
    ['app', app],
    ['base', base],
  ]);
  const order = inBuildOrder(project, builds, new Set(['web']));
  expect([...order.keys()]).toEqual(['deep', 'base', 'app']);
});
