import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { Damage } from './damage.ts';
import { RecordStore } from './metadata.ts';
import { temporaryDirectory } from './testing/temporary-directory.ts';

/*
 * A kill at every step of a change to records: a process exits before its n-th call that changes a
 * directory or a file.
 */
const program = `
  import fs from 'node:fs/promises';
  import { syncBuiltinESMExports } from 'node:module';
  import { z } from 'zod';
  const [directory, work, killBefore] = process.argv.slice(-3);
  const { RecordStore } = await import(${JSON.stringify(join(import.meta.dirname, 'metadata.ts'))});
  const { Damage } = await import(${JSON.stringify(join(import.meta.dirname, 'damage.ts'))});
  const store = new RecordStore({
    directory, schema: z.object({ a: z.number() }), describe: (id) => id, contents: ['content'],
  });
  let step = 0;
  for (const name of ['link', 'open', 'rename', 'rm', 'writeFile']) {
    const call = fs[name];
    fs[name] = (...words) => {
      if (++step === Number(killBefore)) process.kill(process.pid, 'SIGKILL');
      return call(...words);
    };
  }
  syncBuiltinESMExports();
  if (work === 'put') await store.put('web', { a: 2 });
  if (work === 'replace') await store.replace('web', { a: 2 });
  if (work === 'remove') await store.remove('web');
  if (work === 'load') await store.load(new Damage(() => {}));
`;

async function run(directory: string, work: string, killBefore: number) {
  const args = ['--input-type=module', '-e', program, '--', directory, work, String(killBefore)];
  const child = spawn(process.execPath, args, { cwd: import.meta.dirname, stdio: 'inherit' });
  const [code, signal] = await once(child, 'exit');
  return signal ?? code;
}

/**
 * The results of the next start, for each step at which the work was interrupted, until it
 * completes.
 */
async function outcomes(
  work: string,
  prepare: (directory: string, store: RecordStore<{ a: number }>) => Promise<void>,
): Promise<unknown[]> {
  const found: unknown[] = [];
  for (let killBefore = 1; ; killBefore++) {
    await using made = await temporaryDirectory();
    const store = new RecordStore({
      ...{ directory: made.path, schema: z.object({ a: z.number() }), contents: ['content'] },
      describe: (id: string) => id,
    });
    await store.put('web', { a: 0 });
    await store.put('web', { a: 1 });
    await mkdir(join(made.path, 'web', 'content', 'mine'), { recursive: true });
    await prepare(made.path, store);
    const end = await run(made.path, work, killBefore);
    const { records, lost } = await store.load(new Damage(() => {}));
    found.push(lost.size > 0 ? 'lost' : records.get('web')?.a);
    if (end === 0) return found;
    expect(end).toBe('SIGKILL');
  }
}

const unique = (found: unknown[]) => [...new Set(found)];

test('an interrupted write leaves the old or the new record', async () => {
  const found = await outcomes('put', async () => {});
  expect([unique(found), found.length]).toEqual([[1, 2], expect.any(Number)]);
  expect(found.length).toBeGreaterThan(4);
});

test('the next start finishes an interrupted restoration', async () => {
  const damage = (directory: string) => writeFile(join(directory, 'web.json'), '');
  const found = await outcomes('load', damage);
  expect(unique(found)).toEqual([0]);
  expect(found.length).toBeGreaterThan(4);
  expect(unique(await outcomes('load', (directory) => rm(join(directory, 'web.json'))))).toEqual([
    0,
  ]);
});

test('a record without a directory survives an interrupted restoration', async () => {
  const found = await outcomes('load', async (directory) => {
    await rm(join(directory, 'web'), { recursive: true });
    await writeFile(join(directory, 'web.json'), '');
  });
  expect(unique(found)).toEqual([0]);
  expect(found.length).toBeGreaterThan(4);
});

test('after an interruption, a lost record is either replaced or still lost', async () => {
  const found = await outcomes('replace', async (directory) => {
    await rm(join(directory, 'web'), { recursive: true });
    for (const name of ['web.json', '.web.json.previous']) {
      await writeFile(join(directory, name), '');
    }
  });
  expect(unique(found)).toEqual(['lost', 2]);
});

test('an interrupted removal leaves everything or nothing', async () => {
  expect(unique(await outcomes('remove', async () => {}))).toEqual([1, undefined]);
});
