import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createAppSettingsStore } from './app-store.ts';

let directory: string;
let path: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-app-'));
  path = join(directory, 'app.json');
});

afterEach(() => rm(directory, { recursive: true }));

it('keeps what was chosen, and nothing else', async () => {
  const store = createAppSettingsStore(path);
  expect(await store.read()).toMatchObject({ theme: 'system', onboarded: false });
  await Promise.all([store.update({ theme: 'dark' }), store.update({ onboarded: true })]);
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ theme: 'dark', onboarded: true });
  expect(await createAppSettingsStore(path).read()).toMatchObject({ theme: 'dark' });
});

it('comes up with a broken file, and with a choice of a newer version', async () => {
  await writeFile(path, '{');
  expect(await createAppSettingsStore(path).read()).toMatchObject({ theme: 'system' });
  await writeFile(path, '{"theme":"sepia","terminalFontSize":16,"later":1}');
  const store = createAppSettingsStore(path);
  expect(await store.read()).toMatchObject({ theme: 'system', terminalFontSize: 16 });
  await store.update({ onboarded: true });
  expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ theme: 'sepia', later: 1 });
});

it.each(['', '{"theme":', '[]', '\u0000\u0000'])(
  'a change keeps what could not be read (%j) beside the new choices',
  async (content) => {
    const store = createAppSettingsStore(path);
    for (const name of ['app.json.damaged', 'app.json.damaged-2']) {
      await writeFile(path, content);
      expect(await store.update({ theme: 'dark' })).toMatchObject({ theme: 'dark' });
      expect(await readFile(join(directory, name), 'utf8')).toBe(content);
    }
  },
);

it('changes nothing for a value that is not allowed', async () => {
  const store = createAppSettingsStore(path);
  await expect(store.update({ terminalFontSize: 1000 })).rejects.toThrow();
  expect(await store.read()).toMatchObject({ terminalFontSize: 13 });
});
