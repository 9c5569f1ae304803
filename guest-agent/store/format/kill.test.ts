import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../testing/temporary-directory.ts';

/*
 * A power cut at every step of a migration: a process is killed before its n-th rename, then
 * another process continues.
 */
const program = `
  import { readdir, rename } from 'node:fs/promises';
  import { join } from 'node:path';
  import { prepareDataDisk } from ${JSON.stringify(join(import.meta.dirname, 'prepare.ts'))};
  import { Damage } from ${JSON.stringify(join(import.meta.dirname, '..', 'damage.ts'))};
  const [directory, killBefore] = process.argv.slice(-2);
  let step = 0;
  const die = () => {
    if (++step === Number(killBefore)) process.kill(process.pid, 'SIGKILL');
  };
  const migration = {
    to: 2,
    description: 'each file is renamed',
    async run(place) {
      die();
      for (const name of (await readdir(place)).sort()) {
        if (!name.endsWith('.txt')) continue;
        await rename(join(place, name), join(place, name.replace('.txt', '.new')));
        die();
      }
    },
  };
  await prepareDataDisk({
    directory, migrations: [migration], engine: '2', log() {}, sync: async () => die(),
    damage: new Damage(console.error),
  });
`;

async function migrate(directory: string, killBefore: number): Promise<NodeJS.Signals | number> {
  const args = ['--input-type=module', '-e', program, '--', directory, String(killBefore)];
  const child = spawn(process.execPath, args, { stdio: 'inherit' });
  const [code, signal] = await once(child, 'exit');
  return signal ?? code;
}

test('the next start finishes a migration that was killed at any step', async () => {
  const cuts = await Promise.all(
    [1, 2, 3, 4].map(async (killBefore) => {
      await using made = await temporaryDirectory();
      await mkdir(join(made.path, 'images'));
      for (const name of ['a', 'b']) await writeFile(join(made.path, `${name}.txt`), name);
      const record = async () => JSON.parse(await readFile(join(made.path, 'format.json'), 'utf8'));
      expect(await migrate(made.path, killBefore)).toBe('SIGKILL');
      expect(await record()).toMatchObject({ format: 1, migratingTo: 2 });
      expect(await migrate(made.path, 0)).toBe(0);
      expect(await record()).toEqual({ format: 2, engine: '2' });
      return (await readdir(made.path)).sort();
    }),
  );
  expect(cuts).toEqual(
    cuts.map(() => ['.format.json.previous', 'a.new', 'b.new', 'format.json', 'images']),
  );
});
