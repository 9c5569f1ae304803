import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../base/testing/temporary-directory.ts';
import { writeStubImage } from '../supervisor/testing/stub-image.ts';
import { writeLaunch } from './launch-record.ts';
import { machinePaths } from './paths.ts';
import { pendingImage } from './pending-image.ts';

test('a VM that runs an older image is due for the next one', async () => {
  const home = await temporaryDirectory();
  const paths = machinePaths(home, 'default');
  await mkdir(paths.directory, { recursive: true });
  const directory = join(home, 'image');
  await writeStubImage(directory);
  const environment = { BERTH_IMAGE_DIR: directory };
  // Nothing is known of a VM that an older version launched.
  expect(await pendingImage(home, paths, environment)).toBeUndefined();
  const launch = { fingerprint: '', applied: {} };
  await writeLaunch(paths, { ...launch, image: 'stub' });
  expect(await pendingImage(home, paths, environment)).toBeUndefined();
  await writeLaunch(paths, { ...launch, image: 'before' });
  const manifest = join(directory, 'manifest.json');
  const document = JSON.parse(await readFile(manifest, 'utf8'));
  await writeFile(manifest, JSON.stringify({ ...document, version: '9.9.9' }));
  expect(await pendingImage(home, paths, environment)).toEqual({ version: '9.9.9' });
  // An image that is missing isn't reported here.
  expect(await pendingImage(home, paths, { BERTH_IMAGE_DIR: home })).toBeUndefined();
});
