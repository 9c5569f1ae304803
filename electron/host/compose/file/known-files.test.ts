import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../../base/testing/temporary-directory.ts';
import { createKnownFiles } from './known-files.ts';

test.each(['', '{"files":["/a/comp', '[]', '\u0000\u0000'])(
  'a list that cannot be read (%j) is empty, and kept when another takes its place',
  async (content) => {
    const path = join(await temporaryDirectory(), 'compose-files.json');
    const known = createKnownFiles(path);
    await known.add('/a/compose.yaml');
    await writeFile(path, content);
    expect(await known.list()).toEqual([]);
    await known.add('/b/compose.yaml');
    expect(await known.list()).toEqual(['/b/compose.yaml']);
    expect(await readFile(`${path}.damaged`, 'utf8')).toBe(content);
    await rm(path);
    expect(await known.list()).toEqual([]);
  },
);
