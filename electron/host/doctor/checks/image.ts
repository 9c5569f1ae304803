import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { readImageManifest } from '../../home/image-manifest.ts';
import { guestArchitecture } from '../../home/resources.ts';
import { chooseImage } from '../../home/vm-images.ts';
import { type Check, fail, ok, warn } from '../check.ts';

const reinstall = 'Reinstall Berth. In a checkout, run `npm run image`.';
const goBack =
  'Go back to the previous image with `berth machine update --rollback`, then install the image again with `berth machine update --force`.';

/** Whether the VM's boot files exist and are unchanged. */
export const image: Check = {
  name: 'image',
  async run({ host: { home }, environment }) {
    const { files, downloaded } = chooseImage(home, guestArchitecture(), environment);
    const hint = downloaded ? goBack : reinstall;
    const manifest = await readImageManifest(files);
    if (!manifest) return warn(`its manifest is missing, so Berth can't check it`, hint);
    const { artefacts } = manifest;
    for (const [path, artefact] of [
      [files.kernel, artefacts.kernel],
      [files.initrd, artefacts.initrd],
      [files.root, artefacts['root.erofs']],
      [files.esp, artefacts['esp.img']],
    ] as const) {
      if (!path || !artefact) continue;
      const { size, sha256 } = artefact;
      if ((await stat(path)).size !== size || (await hashOf(path)) !== sha256) {
        return fail(`${basename(path)} is damaged`, hint);
      }
    }
    const version = downloaded ? `, downloaded version ${downloaded.version}` : '';
    return ok(`Linux ${manifest.kernelVersion ?? 'of unknown version'}, intact${version}`);
  },
};

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
