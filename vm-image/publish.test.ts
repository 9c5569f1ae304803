import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../electron/host/base/testing/temporary-directory.ts';
import { feedSchema } from '../electron/host/vm-image/feed.ts';
import { describeArtefact } from './manifest.ts';
import { publishImage } from './publish.ts';

async function builtImage(directory: string, arch: 'amd64' | 'arm64'): Promise<string> {
  await mkdir(directory);
  const artefacts: Record<string, object> = {};
  for (const name of ['kernel', 'initrd', 'root.erofs', 'esp.img']) {
    await writeFile(join(directory, name), `${name} of ${arch}`);
    artefacts[name] = await describeArtefact(join(directory, name));
  }
  const manifest = { format: 1, arch, inputs: 'abc', kernelVersion: '6', dataFormat: 1, artefacts };
  await writeFile(
    join(directory, 'manifest.json'),
    JSON.stringify({ ...manifest, debianPackages: [], npmPackages: [] }),
  );
  return directory;
}

test('the list has each published image with the digests of its files', async () => {
  const work = await temporaryDirectory();
  const to = join(work, 'upload');
  const amd64 = await builtImage(join(work, 'amd64'), 'amd64');
  const arm64 = await builtImage(join(work, 'arm64'), 'arm64');
  const minimumBerthVersion = '1.2.0';
  const publish = (from: string, version: string) =>
    publishImage({ from, to, version, minimumBerthVersion });
  await publish(amd64, '1.2.0.1');
  await publish(arm64, '1.2.0.1');
  await publish(amd64, '1.2.0.2');
  await publish(amd64, '1.2.0.2');
  const { images } = feedSchema.parse(
    JSON.parse(await readFile(join(to, 'vm-images.json'), 'utf8')),
  );
  expect(images.map(({ version, architecture }) => `${version} ${architecture}`)).toEqual([
    ...['1.2.0.1 amd64', '1.2.0.1 arm64', '1.2.0.2 amd64'],
  ]);
  for (const { path, size, sha256 } of images.flatMap(({ files }) => files)) {
    expect(await describeArtefact(join(to, path))).toEqual({ size, sha256 });
  }
  const manifest = await readFile(join(to, 'vm-image-1.2.0.2-amd64/manifest.json'), 'utf8');
  expect(JSON.parse(manifest)).toMatchObject({ inputs: 'abc', version: '1.2.0.2' });
  await expect(publish(work, '1.2.0.3')).rejects.toThrow('There is no complete image');
});
