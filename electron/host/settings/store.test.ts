import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ownerOnly } from '../../../guest-agent/testing/on-windows.ts';
import { temporaryDirectory } from '../base/testing/temporary-directory.ts';
import { createSettingsStore, defaultSettings } from './store.ts';

const path = async () => join(await temporaryDirectory(), 'home', 'settings.json');

test.each([
  [
    { cpus: 2, memoryMiB: 4096 },
    { cpus: 2, memoryMiB: 2048 },
  ],
  [
    { cpus: 8, memoryMiB: 16_384 },
    { cpus: 4, memoryMiB: 4096 },
  ],
  [
    { cpus: 12, memoryMiB: 65_536 },
    { cpus: 6, memoryMiB: 8192 },
  ],
])('defaults follow the host: %o', (host, expected) => {
  expect(defaultSettings(host)).toMatchObject({ ...expected, diskGiB: 64, insecureRegistries: [] });
});

test('on Windows, published ports are open only on localhost by default', () => {
  const host = { cpus: 2, memoryMiB: 4096 };
  expect(defaultSettings(host, 'win32').publishedPorts).toBe('localhost');
  expect(defaultSettings(host, 'darwin').publishedPorts).toBe('all');
});

test.each([
  ['darwin', 'local'],
  ['win32', 'localhost'],
  ['linux', 'localhost'],
] as const)('on %s, the names of containers end in %s by default', (platform, ending) => {
  expect(defaultSettings({ cpus: 2, memoryMiB: 4096 }, platform).containerNames).toBe(ending);
});

test('a choice is kept; what was not chosen stays with the defaults', async () => {
  const file = await path();
  await createSettingsStore(file).update({ memoryMiB: 3000 });
  const again = createSettingsStore(file);
  expect(await again.read()).toEqual({ ...defaultSettings(), memoryMiB: 3000 });
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ memoryMiB: 3000 });
  expect((await stat(file)).mode & 0o777).toBe(ownerOnly);
});

test('a named VM uses the common settings that it does not override', async () => {
  const common = await path();
  await createSettingsStore(common).update({ cpus: 2, memoryMiB: 3000 });
  const own = join(common, '..', 'own.json');
  const store = createSettingsStore(own, common);
  expect(await store.update({ cpus: 1 })).toMatchObject({ cpus: 1, memoryMiB: 3000, diskGiB: 64 });
  expect(JSON.parse(await readFile(own, 'utf8'))).toEqual({ cpus: 1 });
  expect(await createSettingsStore(common).read()).toMatchObject({ cpus: 2 });
  const changes = store.changes(AbortSignal.timeout(5_000))[Symbol.asyncIterator]();
  await changes.next();
  const next = changes.next();
  await createSettingsStore(common).update({ diskGiB: 20 });
  expect(await next).toMatchObject({ done: false });
});

test('changes at the same time are all kept', async () => {
  const store = createSettingsStore(await path());
  await Promise.all([
    store.update({ cpus: 2 }),
    store.update({ diskGiB: 20 }),
    store.update({ insecureRegistries: ['10.0.2.2:5000'] }),
  ]);
  expect(await store.read()).toMatchObject({
    ...{ cpus: 2, diskGiB: 20 },
    insecureRegistries: ['10.0.2.2:5000'],
  });
});

test('a proxy that was chosen is given up again for that of the environment', async () => {
  const store = createSettingsStore(await path());
  const proxy = {
    https: 'http://user:word@proxy.example:3128',
    exclude: ['.example', '10.0.0.0/8'],
  };
  expect(await store.update({ proxy })).toMatchObject({ proxy });
  expect(await store.update({ proxy: undefined })).not.toHaveProperty('proxy');
});

test('keys of a newer version survive a change', async () => {
  const file = await path();
  const store = createSettingsStore(file);
  await store.update({ cpus: 2 });
  await writeFile(file, '{"cpus": 2, "gpu": {"share": true}}');
  await store.update({ cpus: 3 });
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ cpus: 3, gpu: { share: true } });
});

test.each(['', '\u0000\u0000', '{ "cpus": ', '[]', '{ "cpus": "all" }', '{ "memoryMiB": 1 }'])(
  'a file that holds %s is reported and left as it is',
  async (content) => {
    const file = await path();
    const store = createSettingsStore(file);
    await store.update({});
    await writeFile(file, content);
    const complaint = { code: 'invalid', message: expect.stringContaining(file) };
    await expect(store.read()).rejects.toMatchObject(complaint);
    await expect(store.update({ cpus: 2 })).rejects.toMatchObject(complaint);
    expect(await readFile(file, 'utf8')).toBe(content);
  },
);

test.each([
  { cpus: 0 },
  { cpus: 1.5 },
  { diskGiB: -1 },
  { insecureRegistries: ['http://example.org'] },
  { registryMirrors: ['mirror.example'] },
  { registryMirrors: ['https://user:secret@mirror.example'] },
  { registryMirrors: ['https://mirror.example/?a=b'] },
  { proxy: { http: 'socks5://proxy.example', exclude: [] } },
  { proxy: { exclude: ['a.example, b.example'] } },
  { caCertificates: [''] },
])('refuses %o', async (patch) => {
  const store = createSettingsStore(await path());
  await expect(store.update(patch)).rejects.toMatchObject({ code: 'invalid' });
  expect(await store.read()).toEqual(defaultSettings());
});
