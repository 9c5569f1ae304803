import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { writeFileAtomic } from '../electron/host/base/atomic-file.ts';
import { berthVersion } from '../electron/host/base/berth-version.ts';
import { unlessMissing } from '../electron/host/base/system-error.ts';
import { type FeedImage, feedSchema } from '../electron/host/vm-image/feed.ts';
import { findArch } from './arch.ts';
import { describeArtefact, readManifest } from './manifest.ts';

const listName = 'vm-images.json';

export interface Publication {
  /** The folder of a built image. */
  readonly from: string;
  /** The folder whose content a release uploads to the address of Berth's updates. */
  readonly to: string;
  readonly version: string;
  readonly minimumBerthVersion: string;
}

/**
 * Adds a built image to a folder for upload: its files, and its entry in the list that Berth reads. Images of
 * the list with another version or architecture stay.
 */
export async function publishImage({
  from,
  to,
  version,
  minimumBerthVersion,
}: Publication): Promise<void> {
  const manifest = await readManifest(from);
  if (!manifest) throw new Error(`There is no complete image in ${from}. Run npm run image first.`);
  const folder = `vm-image-${version}-${manifest.arch}`;
  await mkdir(join(to, folder), { recursive: true });
  const names = z.enum(['kernel', 'initrd', 'root.erofs', 'esp.img']).array();
  for (const name of names.parse(Object.keys(manifest.artefacts))) {
    await copyFile(join(from, name), join(to, folder, name));
  }
  await writeFile(
    join(to, folder, 'manifest.json'),
    `${JSON.stringify({ ...manifest, version }, null, 2)}\n`,
  );
  const files: FeedImage['files'] = [];
  for (const name of [...names.parse(Object.keys(manifest.artefacts)), 'manifest.json'] as const) {
    const path = `${folder}/${name}`;
    files.push({ name, path, ...(await describeArtefact(join(to, path))) });
  }
  const image = { version, architecture: manifest.arch, minimumBerthVersion, files };
  const text = await readFile(join(to, listName), 'utf8').catch(unlessMissing);
  const images = text === undefined ? [] : feedSchema.parse(JSON.parse(text)).images;
  const others = images.filter(
    (each) => each.version !== version || each.architecture !== manifest.arch,
  );
  const list = feedSchema.parse({ format: 1, images: [...others, image] });
  await writeFileAtomic(join(to, listName), `${JSON.stringify(list, null, 2)}\n`, 0o644);
}

/** `npm run publish-image -- --to FOLDER --version 1.2.0.1 [--arch ARCH] [--minimum-berth 1.2.0]` */
if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({
    options: {
      ...{ to: { type: 'string' }, version: { type: 'string' }, arch: { type: 'string' } },
      'minimum-berth': { type: 'string', default: berthVersion },
    },
  });
  const { to, version } = values;
  if (!to || !version) throw new Error('--to and --version are needed');
  const arch = findArch(values.arch).debian;
  const from = join(import.meta.dirname, '../dist/vm', arch);
  await publishImage({ from, to, version, minimumBerthVersion: values['minimum-berth'] });
  console.log(`image: ${arch} ${version} is in ${to}`);
}
