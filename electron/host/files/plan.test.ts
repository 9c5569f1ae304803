import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../testing/temporary-directory.ts';
import { planShares, sharesConfig } from './plan.ts';

test('folders that are not there are left out, and the others keep their tags', async () => {
  const directory = await temporaryDirectory();
  const [gone, here, file] = ['gone', 'here', 'file'].map((name) => join(directory, name));
  await mkdir(here ?? '');
  await writeFile(file ?? '', '');
  const settings = [gone, here, file].map((path = '') => ({ path, readOnly: true }));
  const shares = await planShares(settings, '9p', 'linux');
  const share = { tag: 'share-1', hostPath: here, readOnly: true, transport: '9p' };
  expect(shares).toEqual([{ ...share, path: here }]);
  expect(sharesConfig(shares, 'linux')).toEqual({
    ...{ windows: false, ignoresCase: false },
    folders: [share],
  });
});
