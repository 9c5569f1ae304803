import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { readImageManifest } from '../../home/image-manifest.ts';
import { findGuestImage, guestArchitecture } from '../../home/resources.ts';
import { type Check, fail, ok, warn } from '../check.ts';

const hint = 'Reinstall Berth. In a checkout, run `npm run image`.';

/** Whether the VM's boot files exist and are unchanged. */
export const image: Check = {
  name: 'image',
  async run({ environment }) {
    const files = findGuestImage(guestArchitecture(), environment);
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
    return ok(`Linux ${manifest.kernelVersion ?? 'of unknown version'}, intact`);
  },
};

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
