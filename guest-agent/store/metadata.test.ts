import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import * as z from 'zod';
import { writeFileAtomic } from './atomic-file.ts';
import { Damage } from './damage.ts';
import { RecordStore } from './metadata.ts';
import { harms } from './testing/harms.ts';
import { temporaryDirectory } from './testing/temporary-directory.ts';

vi.mock('./atomic-file.ts', async (importOriginal) => {
  const original = await importOriginal<typeof import('./atomic-file.ts')>();
  return { ...original, writeFileAtomic: vi.fn(original.writeFileAtomic) };
});

let directory: string;
let damage: Damage;
let store: RecordStore<{ a: number }>;
beforeEach(async () => {
  const made = await temporaryDirectory();
  onTestFinished(() => made[Symbol.asyncDispose]());
  directory = made.path;
  damage = new Damage(() => {});
  store = new RecordStore({
    directory,
    schema: z.object({ a: z.number() }),
    describe: (id) => `thing ${id}`,
    contents: ['content'],
  });
});

const load = async () => {
  const { records, lost } = await store.load(damage);
  return { records: Object.fromEntries(records), lost: [...lost.keys()] };
};
const file = (name: string) => join(directory, name);
const names = async () => (await readdir(directory)).filter((name) => !name.startsWith('.')).sort();
async function makeContent(id: string): Promise<void> {
  await mkdir(file(`${id}/content`), { recursive: true });
  await writeFile(file(`${id}/content/mine`), 'precious');
}

test('after a crash, only objects with a record or user data remain', async () => {
  await store.put('whole', { a: 1 });
  await writeFile(file('half.json.0123.tmp'), '{');
  for (const id of ['whole', 'unborn']) await mkdir(file(`${id}/content`), { recursive: true });
  expect(await load()).toEqual({ records: { whole: { a: 1 } }, lost: [] });
  expect(await names()).toEqual(['whole', 'whole.json']);
});

test.each(harms)('a record that is %s is restored from its previous version', async (_, harm) => {
  await store.put('web', { a: 1 });
  await store.put('web', { a: 2 });
  await makeContent('web');
  await harm(file('web.json'));
  expect(await load()).toEqual({ records: { web: { a: 1 } }, lost: [] });
  expect(damage.messages()).toMatchObject([expect.stringContaining('thing web')]);
  expect(await readFile(file('web/content/mine'), 'utf8')).toBe('precious');
  // The next start has nothing to report.
  damage = new Damage(() => {});
  expect(await load()).toEqual({ records: { web: { a: 1 } }, lost: [] });
  expect(damage.messages()).toEqual([]);
});

test.each(harms)('a record that was written once and is %s is restored', async (_, harm) => {
  await store.put('web', { a: 1 });
  await makeContent('web');
  await harm(file('web.json'));
  expect(await load()).toEqual({ records: { web: { a: 1 } }, lost: [] });
});

test.each(harms)(
  'without a previous version, a record that is %s is lost, and its data kept',
  async (kind, harm) => {
    await store.put('web', { a: 1 });
    await rm(file('.web.json.previous'));
    await makeContent('web');
    await harm(file('web.json'));
    const found = kind === 'missing' ? undefined : await readFile(file('web.json'));
    for (const _ of ['this start', 'the next']) {
      expect(await load()).toEqual({ records: {}, lost: ['web'] });
      expect(await readFile(file('web/content/mine'), 'utf8')).toBe('precious');
      if (found) expect(await readFile(file('web.json'))).toEqual(found);
    }
  },
);

test('a damaged file is kept when it is replaced', async () => {
  await store.put('web', { a: 1 });
  await writeFile(file('web.json'), 'odd');
  await load();
  expect(await readFile(store.damagedPath('web'), 'utf8')).toBe('odd');
  await store.delete('web');
  expect(await readdir(directory)).toEqual([]);
});

test.each(harms.filter(([kind]) => kind !== 'missing'))(
  'a record without a directory that is %s survives a restoration for which the disk had no space',
  async (_, harm) => {
    await store.put('web', { a: 1 });
    await harm(file('web.json'));
    const found = await readFile(file('web.json'));
    vi.mocked(writeFileAtomic).mockRejectedValueOnce(new Error('no space left on device'));
    for (const _ of ['this start', 'the next']) {
      expect(await load()).toEqual({ records: { web: { a: 1 } }, lost: [] });
    }
    expect(await readFile(store.damagedPath('web'))).toEqual(found);
    damage = new Damage(() => {});
    expect(await load()).toEqual({ records: { web: { a: 1 } }, lost: [] });
    expect(damage.messages()).toEqual([]);
  },
);

test('a directory without a record stays if its content can’t be read', async () => {
  await mkdir(file('web'));
  await symlink('content', file('web/content'));
  expect(await load()).toEqual({ records: {}, lost: ['web'] });
  expect(await readdir(file('web'))).toEqual(['content']);
});

test('a removed record does not come back, even if the removal was interrupted', async () => {
  await store.put('gone', { a: 1 });
  await store.put('gone', { a: 2 });
  await makeContent('gone');
  await store.remove('gone');
  expect([await load(), await readdir(directory)]).toEqual([{ records: {}, lost: [] }, []]);

  // Interrupted before the record was removed.
  await store.put('half', { a: 1 });
  await makeContent('.removed-0123456789ab-half');
  expect([await load(), await readdir(directory)]).toEqual([{ records: {}, lost: [] }, []]);

  // Created again since.
  await store.put('again', { a: 3 });
  await makeContent('again');
  await makeContent('.removed-0123456789ab-again');
  expect(await load()).toEqual({ records: { again: { a: 3 } }, lost: [] });
  expect(await names()).toEqual(['again', 'again.json']);
});

test('an older engine that deleted a record deleted its previous version too', async () => {
  await store.put('gone', { a: 1 });
  await rm(file('gone.json'));
  expect([await load(), await readdir(directory)]).toEqual([{ records: {}, lost: [] }, []]);
});
