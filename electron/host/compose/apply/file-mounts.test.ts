import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import type { ProjectEvent } from '../../../api/project-events.ts';
import { projectOf } from '../testing/project-of.ts';
import { warnOfFiles } from './file-mounts.ts';
import { mountsOf } from './mounts.ts';

const mountsIn = async (service: string, rest: string) => {
  const project = await projectOf(`services: {web: {image: busybox, ${service}}}\n${rest}`);
  const web = project.services.web;
  if (!web) throw new Error('no service');
  return { project, web, mounts: mountsOf(project, web) };
};

const source = (name: string) => resolve('/work/shop', name);

it('mounts files where Docker Compose mounts them, and not those from variables or text', async () => {
  const { mounts } = await mountsIn(
    'secrets: [token, {source: token, target: other}, word], configs: [settings, text]',
    `secrets: {token: {file: ./token.txt}, word: {environment: WORD}}
configs: {settings: {file: ./settings}, text: {content: hello}}`,
  );
  const common = { Type: 'bind', ReadOnly: true };
  const token = { ...common, Source: source('token.txt'), BindOptions: {} };
  expect(mounts).toHaveLength(3);
  expect(mounts).toEqual(
    expect.arrayContaining([
      { ...token, Target: '/run/secrets/token' },
      { ...token, Target: '/run/secrets/other' },
      { ...common, Source: source('settings'), Target: '/settings' },
    ]),
  );
});

it('a volume at the same path counts more than a secret', async () => {
  const { mounts } = await mountsIn(
    'volumes: ["./own:/run/secrets/token"], secrets: [token]',
    'secrets: {token: {file: ./token.txt}}',
  );
  expect(mounts.map(({ Source }) => Source)).toEqual([source('own')]);
});

it('refuses secrets and configs that only a swarm has', async () => {
  const outer = mountsIn('secrets: [token]', 'secrets: {token: {external: true, name: real}}');
  await expect(outer).rejects.toThrow('unsupported external secret real');
  const driven = mountsIn('configs: [one]', 'configs: {one: {file: ./x, template_driver: t}}');
  await expect(driven).rejects.toThrow('Berth does not support configs.*.template_driver');
});

it('warns of what a mount ignores and of files that are missing', async () => {
  const { project, web } = await mountsIn(
    'secrets: [{source: token, mode: 0400}, {source: word, uid: "1"}]',
    'secrets: {token: {file: ./nosuch}, word: {environment: WORD}}',
  );
  const events: ProjectEvent[] = [];
  await warnOfFiles(project, 'web', web, (event) => events.push(event));
  expect(events.map(({ text }) => text)).toEqual([
    'secrets `uid`, `gid` and `mode` are not supported, they will be ignored',
    'secret file shop_token does not exist',
  ]);
});
