import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { temporaryDirectory } from '../base/testing/temporary-directory.ts';
import { dockerContextIntegration } from './context-integration.ts';
import {
  dockerContextState,
  dockerHost,
  installDockerContext,
  removeDockerContext,
  useDockerContext,
} from './docker-context.ts';

let config: string;
beforeEach(async () => {
  config = join(await temporaryDirectory(), 'docker', 'config.json');
});

const target = { name: 'default', engineSocket: '/home/me/.berth/machines/default/engine.sock' };
const metas = async () => {
  const meta = join(dirname(config), 'contexts', 'meta');
  const ids = await readdir(meta).catch(() => []);
  return Promise.all(
    ids.map(async (id) => JSON.parse(await readFile(join(meta, id, 'meta.json'), 'utf8'))),
  );
};
const configured = async () => JSON.parse(await readFile(config, 'utf8'));

test('a context is made where docker looks for it, and made once', async () => {
  expect(await installDockerContext(target, config)).toBe('berth');
  expect(await metas()).toEqual([
    {
      Name: 'berth',
      Metadata: { Description: 'Berth', Berth: 'default' },
      Endpoints: { docker: { Host: `unix://${target.engineSocket}`, SkipTLSVerify: false } },
    },
  ]);
  const [id = ''] = await readdir(join(dirname(config), 'contexts', 'meta'));
  const path = join(dirname(config), 'contexts', 'meta', id, 'meta.json');
  const before = await stat(path);
  await installDockerContext(target, config);
  expect((await stat(path)).ino).toBe(before.ino);
  expect(existsSync(config)).toBe(false);
});

test('other machines have contexts of their own', async () => {
  await installDockerContext(target, config);
  expect(await installDockerContext({ ...target, name: 'work' }, config)).toBe('berth-work');
  expect((await metas()).map(({ Name }) => Name).sort()).toEqual(['berth', 'berth-work']);
});

test('one of ours that leads elsewhere is brought up to date', async () => {
  await installDockerContext({ ...target, engineSocket: '/old/engine.sock' }, config);
  expect(await dockerContextState(target, config)).toMatchObject({ state: 'stale' });
  await installDockerContext(target, config);
  expect(await dockerContextState(target, config)).toEqual({
    ...{ name: 'berth', state: 'current', used: 'default' },
  });
});

test('what somebody else made is never touched', async () => {
  await installDockerContext(target, config);
  const [id = ''] = await readdir(join(dirname(config), 'contexts', 'meta'));
  const path = join(dirname(config), 'contexts', 'meta', id, 'meta.json');
  const theirs = '{"Name":"berth","Metadata":{},"Endpoints":{"docker":{"Host":"tcp://harbour"}}}';
  await writeFile(path, theirs);
  await expect(installDockerContext(target, config)).rejects.toThrow(
    'Another program already created',
  );
  await expect(useDockerContext(target, config)).rejects.toThrow('Another program already created');
  expect(await removeDockerContext(target, config)).toBe(false);
  expect(await dockerContextState(target, config)).toMatchObject({ state: 'foreign' });
  expect(await readFile(path, 'utf8')).toBe(theirs);
});

test('the context of a VM with the same name in another home stays, unless that VM is gone', async () => {
  const elsewhere = join(await temporaryDirectory(), 'default');
  await mkdir(elsewhere);
  const other = { name: 'default', engineSocket: join(elsewhere, 'engine.sock') };
  await useDockerContext(other, config);
  expect(await removeDockerContext(target, config)).toBe(false);
  expect(await dockerContextState(other, config)).toMatchObject({
    state: 'current',
    used: 'berth',
  });
  await rm(elsewhere, { recursive: true });
  expect(await removeDockerContext(target, config)).toBe(true);
  expect(await metas()).toEqual([]);
});

test('use makes it the current one, removal goes back to the default; the rest is kept', async () => {
  await mkdir(dirname(config), { recursive: true });
  await writeFile(config, '{"auths":{"r.io":{}},"psFormat":"{{.ID}}"}');
  await useDockerContext(target, config);
  expect(await configured()).toEqual({
    ...{ auths: { 'r.io': {} }, psFormat: '{{.ID}}', currentContext: 'berth' },
  });
  expect(await removeDockerContext(target, config)).toBe(true);
  expect(await configured()).toEqual({ auths: { 'r.io': {} }, psFormat: '{{.ID}}' });
  expect(await metas()).toEqual([]);
  expect(await removeDockerContext(target, config)).toBe(false);
});

test('removing a context that is not the current one leaves the current one', async () => {
  await installDockerContext(target, config);
  await writeFile(config, '{"currentContext":"other"}');
  await removeDockerContext(target, config);
  expect(await configured()).toEqual({ currentContext: 'other' });
});

test('the screen sees one state after the other', async () => {
  const integration = dockerContextIntegration(target, config);
  expect(await integration.state()).toBe('absent');
  await integration.install();
  expect(await integration.state()).toBe('present');
  await integration.remove();
  expect(await integration.state()).toBe('absent');
});

test('a named pipe has a DOCKER_HOST address', () => {
  expect(dockerHost('\\\\.\\pipe\\berth-0123-engine')).toBe('npipe:////./pipe/berth-0123-engine');
});
