import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { RecordStore } from './metadata.ts';
import { temporaryDirectory } from './testing/temporary-directory.ts';

it('takes away what a crash left without a record, and nothing that has one', async () => {
  await using directory = await temporaryDirectory();
  const store = new RecordStore(directory.path, z.object({ a: z.number() }));
  await store.put('whole', { a: 1 });
  await writeFile(join(directory.path, 'damaged.json'), '{');
  await writeFile(join(directory.path, 'half.json.0123.tmp'), '{');
  for (const name of ['whole', 'damaged', 'unborn']) {
    await mkdir(join(directory.path, name, 'content'), { recursive: true });
  }
  const damaged: string[] = [];
  expect([...(await store.load((path) => damaged.push(path)))]).toEqual([['whole', { a: 1 }]]);
  expect(damaged).toEqual([join(directory.path, 'damaged.json')]);
  expect((await readdir(directory.path)).sort()).toEqual([
    'damaged',
    'damaged.json',
    'whole',
    'whole.json',
  ]);
});
