import { mkdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { onWindows, ownerOnly } from '../../../guest-agent/testing/on-windows.ts';
import { temporaryDirectory } from '../base/testing/temporary-directory.ts';
import { hubAddress } from './registry.ts';
import { registryAuth, registryConfig } from './registry-auth.ts';
import { createCredentialStore } from './store.ts';
import { installHelper } from './testing/stand-in-helper.ts';

afterEach(() => vi.unstubAllEnvs());

const ada = { username: 'ada', password: 'pass:word' };
const base64 = (text: string) => Buffer.from(text).toString('base64');
const decode = (header = '') => JSON.parse(Buffer.from(header, 'base64url').toString());

/** A configuration, and a store over it. */
async function prepare(config?: object) {
  const directory = await temporaryDirectory();
  const path = join(directory, 'docker', 'config.json');
  await mkdir(join(directory, 'docker'));
  if (config) await writeFile(path, JSON.stringify(config), { mode: 0o644 });
  const read = async () => JSON.parse(await readFile(path, 'utf8'));
  return { directory, path, read, store: createCredentialStore(path) };
}

test('without a helper they are in the file, owner-only, and other keys stay', async () => {
  const { path, read, store } = await prepare({ detachKeys: 'ctrl-x', auths: { 'a.io': {} } });
  expect(await store.put('r.io:5000', ada)).toBe('file');
  expect(await read()).toEqual({
    detachKeys: 'ctrl-x',
    auths: { 'a.io': {}, 'r.io:5000': { auth: base64('ada:pass:word') } },
  });
  expect((await stat(path)).mode & 0o777).toBe(ownerOnly);
  expect(await store.get('r.io:5000')).toEqual(ada);
  expect(await store.get('a.io')).toBeUndefined();
  expect(await store.erase('r.io:5000')).toBe(true);
  expect(await read()).toEqual({ detachKeys: 'ctrl-x', auths: { 'a.io': {} } });
  expect(await store.erase('r.io:5000')).toBe(false);
});

test('an identity token takes the place of the password', async () => {
  const { read, store } = await prepare({ auths: { 'a.io': {} } });
  const token = { username: 'ada', password: '', identityToken: 't0ken' };
  await store.put('r.io', token);
  expect((await read()).auths['r.io']).toEqual({ auth: base64('ada:'), identitytoken: 't0ken' });
  expect(await store.get('r.io')).toEqual(token);
  expect(decode(await registryAuth(store, 'r.io/some/image'))).toEqual({
    ...{ username: 'ada', identitytoken: 't0ken', serveraddress: 'r.io' },
  });
});

test('a helper keeps them, the file says only that they are there', async () => {
  const { directory, read, store } = await prepare({ credsStore: 'test' });
  const helper = await installHelper(directory, 'test');
  expect(await store.put('r.io', ada)).toBe('helper');
  await store.put('t.io', { username: 'ada', password: '', identityToken: 't0ken' });
  expect(await read()).toEqual({ credsStore: 'test', auths: { 'r.io': {}, 't.io': {} } });
  expect(await helper.kept()).toEqual({
    'r.io': { ServerURL: 'r.io', Username: 'ada', Secret: 'pass:word' },
    't.io': { ServerURL: 't.io', Username: '<token>', Secret: 't0ken' },
  });
  expect(await store.get('r.io')).toEqual(ada);
  expect(await store.get('t.io')).toMatchObject({ identityToken: 't0ken' });
  expect(await store.get('unknown.io')).toBeUndefined();
  expect(await store.erase('r.io')).toBe(true);
  expect(Object.keys(await helper.kept())).toEqual(['t.io']);
  expect(await read()).toEqual({ credsStore: 'test', auths: { 't.io': {} } });
});

test('a helper for one registry goes before the one for all; a build gets them all', async () => {
  const { directory, store } = await prepare({
    ...{ credsStore: 'general', credHelpers: { 'one.io': 'special' } },
    auths: { 'plain.io': { auth: base64('bob:b') } },
  });
  const general = await installHelper(directory, 'general');
  const special = await installHelper(directory, 'special');
  await store.put('one.io', ada);
  await store.put('other.io', { username: 'eve', password: 'e' });
  expect(Object.keys(await special.kept())).toEqual(['one.io']);
  expect(Object.keys(await general.kept())).toEqual(['other.io']);
  expect(decode(await registryConfig(store))).toEqual({
    'one.io': { ...ada, serveraddress: 'one.io' },
    'other.io': { username: 'eve', password: 'e', serveraddress: 'other.io' },
    'plain.io': { username: 'bob', password: 'b', serveraddress: 'plain.io' },
  });
});

test('a helper’s error is reported; a missing helper does not fail a pull', async () => {
  const { directory, store } = await prepare({
    ...{ credsStore: 'desktop', credHelpers: { 'locked.example': 'test' } },
    auths: { 'r.io': { auth: base64('ada:pass:word') } },
  });
  await installHelper(directory, 'test');
  await expect(store.get('locked.example')).rejects.toMatchObject({
    message: 'docker-credential-test get: the keychain is locked',
  });
  // A build asks for all there are, of which it may need none.
  expect(decode(await registryConfig(store))).toEqual({
    'r.io': { ...ada, serveraddress: 'r.io' },
  });
  expect(await registryAuth(store, 'busybox')).toBeUndefined();
  expect(await store.get('r.io')).toEqual(ada);
  await expect(store.put('r.io', ada)).rejects.toMatchObject({ code: 'missing-program' });
});

test.each([
  ['darwin', 'osxkeychain'],
  ['win32', 'wincred'],
  ['linux', 'secretservice'],
] as const)('the first login on %s chooses %s, if it is installed', async (platform, name) => {
  const { directory, read, store } = await prepare();
  vi.stubEnv('PATH', '');
  expect(await store.put('r.io', ada)).toBe('file');
  expect(await read()).toEqual({ auths: { 'r.io': { auth: base64('ada:pass:word') } } });

  const other = createCredentialStore(join(directory, 'other', 'config.json'), platform);
  await installHelper(directory, name);
  expect(await other.put('r.io', ada)).toBe('helper');
  expect(JSON.parse(await readFile(other.path, 'utf8'))).toMatchObject({ credsStore: name });
});

test.skipIf(onWindows('wine can’t make links'))('a link to the file stays one', async () => {
  const { directory, path, store } = await prepare();
  const file = join(directory, 'dotfiles.json');
  await writeFile(file, '{"auths":{"a.io":{}}}');
  await symlink(file, path);
  await store.put('r.io', ada);
  expect(await readlink(path)).toBe(file);
  expect(JSON.parse(await readFile(file, 'utf8')).auths).toHaveProperty(['r.io']);
});

test('an invalid file is reported and not replaced', async () => {
  const { path, store } = await prepare();
  await writeFile(path, '{ "auths": ');
  await expect(store.put('r.io', ada)).rejects.toMatchObject({
    message: expect.stringContaining(path),
  });
  expect(await readFile(path, 'utf8')).toBe('{ "auths": ');
});

test('old names of a registry are found, and erased', async () => {
  const { read, store } = await prepare({
    auths: {
      'https://r.io': { auth: base64('ada:pass:word') },
      'index.docker.io': { auth: base64('hub:h') },
    },
  });
  expect(await store.get('r.io')).toEqual(ada);
  expect(decode(await registryAuth(store, 'busybox'))).toEqual({
    username: 'hub',
    password: 'h',
    serveraddress: hubAddress,
  });
  expect(await store.erase('r.io')).toBe(true);
  expect(Object.keys((await read()).auths)).toEqual(['index.docker.io']);
});
