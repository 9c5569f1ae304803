import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../../store/testing/temporary-directory.ts';
import { directorySize } from './directory-size.ts';

it('counts the content of a directory, and nothing for a directory that was removed meanwhile', async () => {
  await using directory = await temporaryDirectory();
  await writeFile(join(directory.path, 'file'), Buffer.alloc(100_000));
  expect(await directorySize(directory.path)).toBeGreaterThanOrEqual(100_000);
  expect(await directorySize(join(directory.path, 'gone'))).toBe(0);
});
