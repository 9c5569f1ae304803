import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { berthVersion } from '../../base/berth-version.ts';
import { releaseFile, vmImagePaths } from '../../home/vm-images.ts';
import { writeStubImage } from './stub-image.ts';

/** A version of the VM's image that is newer than Berth, by the number at its end. */
export const newerImage = (number: number) => `${berthVersion}.${number}`;

/** Installs a stub image as if Berth had downloaded it. The image's ID is its version. */
export async function addDownloadedImage(
  home: string,
  version: string,
  { minimumBerthVersion = berthVersion, dataFormat = 1 } = {},
): Promise<void> {
  const directory = join(vmImagePaths(home, 'amd64').directory, version);
  await writeStubImage(directory, version);
  const manifest = join(directory, 'manifest.json');
  const document = JSON.parse(await readFile(manifest, 'utf8'));
  await writeFile(manifest, JSON.stringify({ ...document, version, dataFormat }));
  await writeFile(join(directory, releaseFile), JSON.stringify({ version, minimumBerthVersion }));
}
