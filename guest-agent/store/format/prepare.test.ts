import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { dataFormat } from '../../contract/data-format.ts';
import { Damage } from '../damage.ts';
import { temporaryDirectory } from '../testing/temporary-directory.ts';
import { type Migration, migrations } from './migrations.ts';
import { prepareDataDisk } from './prepare.ts';

let directory: string;
beforeEach(async () => {
  const made = await temporaryDirectory();
  onTestFinished(() => made[Symbol.asyncDispose]());
  directory = made.path;
});

let damage: Damage;
const prepare = (
  own: readonly Migration[] = migrations,
  engine = '1.0.0',
  knownFormat: number | undefined = undefined,
) => {
  damage = new Damage(() => {});
  const options = { directory, migrations: own, engine, knownFormat, damage };
  return prepareDataDisk({ ...options, log() {}, async sync() {} });
};
const record = async () => JSON.parse(await readFile(join(directory, 'format.json'), 'utf8'));
const contents = async () =>
  Object.fromEntries(
    await Promise.all(
      (await readdir(directory))
        .filter((name) => name.endsWith('.txt'))
        .map(async (name) => [name, await readFile(join(directory, name), 'utf8')]),
    ),
  );

/** A disk of the first engines, with data and no record. */
async function oldDisk(): Promise<void> {
  await mkdir(join(directory, 'images'));
  for (const name of ['a', 'b', 'c']) await writeFile(join(directory, `${name}.txt`), name);
}

/** Renames each file. `before` can throw before each rename. */
const renaming = (to: number, before: (name: string) => void = () => {}): Migration => ({
  ...{ to, description: `files are called .${to}.txt` },
  async run(place) {
    for (const name of (await readdir(place)).sort()) {
      if (!name.endsWith('.txt') || name.endsWith(`.${to}.txt`)) continue;
      before(name);
      await rename(join(place, name), join(place, name.replace(/(\.\d)?\.txt$/, `.${to}.txt`)));
    }
  },
});
const renamed = { 'a.2.txt': 'a', 'b.2.txt': 'b', 'c.2.txt': 'c' };

test('the migrations lead step by step to the format in the contract', () => {
  expect(migrations.map(({ to }) => to)).toEqual(migrations.map((_, index) => index + 2));
  expect(1 + migrations.length).toBe(dataFormat);
});

test('an empty disk has the newest format, a disk without a record the first', async () => {
  await mkdir(join(directory, 'lost+found'));
  await mkdir(join(directory, 'cache'));
  let runs = 0;
  const counting = { ...renaming(2), run: async () => void runs++ };
  await prepare([counting]);
  expect([await record(), runs]).toEqual([{ format: 2, engine: '1.0.0' }, 0]);
  await prepare([counting]);
  expect(runs).toBe(0);
});

test('a disk with the current format is unchanged, but its record names the engines', async () => {
  await oldDisk();
  await prepare([]);
  await prepare([], '1.1.0');
  expect(await record()).toEqual({ format: 1, engine: '1.1.0', previousEngine: '1.0.0' });
  expect(await contents()).toEqual({ 'a.txt': 'a', 'b.txt': 'b', 'c.txt': 'c' });
});

test('migrations run in order, each once', async () => {
  await oldDisk();
  await prepare([renaming(2)]);
  expect(await contents()).toEqual(renamed);
  const never = renaming(2, () => {
    throw new Error('ran again');
  });
  await prepare([never, renaming(3)]);
  expect(await record()).toMatchObject({ format: 3 });
  expect(Object.keys(await contents()).sort()).toEqual(['a.3.txt', 'b.3.txt', 'c.3.txt']);
});

test('a failed migration is reported, keeps older engines away, and continues at the next start', async () => {
  await oldDisk();
  const failing = renaming(2, (name) => {
    if (name === 'b.txt') throw new Error('disk on fire');
  });
  await expect(prepare([failing])).rejects.toThrow('disk on fire');
  expect(await contents()).toEqual({ 'a.2.txt': 'a', 'b.txt': 'b', 'c.txt': 'c' });
  const { 'a.2.txt': _, ...before } = await contents();
  await expect(prepare([])).rejects.toThrow('it has format 2');
  expect(await contents()).toMatchObject(before);
  await prepare([renaming(2)]);
  expect(await contents()).toEqual(renamed);
  expect(await record()).toEqual({ format: 2, engine: '1.0.0' });
});

test('a disk of a newer format is rejected and not changed', async () => {
  await oldDisk();
  await prepare([renaming(2)], '2.0.0');
  const before = await readdir(directory);
  await writeFile(join(directory, 'format.json.0badcafe.tmp'), '{');
  await expect(prepare([])).rejects.toThrow(
    'it has format 2, made by engine 2.0.0, and this engine knows formats up to 1',
  );
  expect((await readdir(directory)).length).toBe(before.length + 1);
  expect(await record()).toEqual({ format: 2, engine: '2.0.0' });
});

test('the format is not guessed if the record can’t be read', async () => {
  await oldDisk();
  await writeFile(join(directory, 'format.json'), '{"format": "newest"}');
  await expect(prepare([])).rejects.toThrow('cannot be read');
});

test.each(['', '{"format":', '\u0000\u0000'])(
  'a damaged record (%j) is restored from its previous version, or from the host’s knowledge',
  async (content) => {
    await oldDisk();
    await prepare([renaming(2)]);
    await writeFile(join(directory, 'format.json'), content);
    await prepare([renaming(2)]);
    expect(await record()).toMatchObject({ format: 2 });
    expect(damage.messages()).toMatchObject([expect.stringContaining('the format is 2')]);

    await writeFile(join(directory, 'format.json'), content);
    await rm(join(directory, '.format.json.previous'));
    await expect(prepare([renaming(2)])).rejects.toThrow('cannot be read');
    await prepare([renaming(2)], '1.0.0', 2);
    expect(await record()).toMatchObject({ format: 2 });
    expect(await contents()).toEqual(renamed);
    await prepare([renaming(2)]);
    expect(damage.messages()).toEqual([]);
  },
);

test('a missing record is restored from its previous version', async () => {
  await oldDisk();
  await prepare([renaming(2)]);
  await rm(join(directory, 'format.json'));
  const never = renaming(2, () => {
    throw new Error('ran again');
  });
  await prepare([never]);
  expect(await record()).toMatchObject({ format: 2 });
});

test('if the record is damaged during a migration, the migration runs again, and older engines can’t use the disk', async () => {
  await oldDisk();
  const failing = renaming(2, (name) => {
    if (name === 'b.txt') throw new Error('power cut');
  });
  await expect(prepare([failing])).rejects.toThrow('power cut');
  await writeFile(join(directory, 'format.json'), '');
  await rm(join(directory, '.format.json.previous'));
  await expect(prepare([])).rejects.toThrow('cannot be read');
  await prepare([renaming(2)], '1.0.0', 1);
  expect(await contents()).toEqual(renamed);
});
