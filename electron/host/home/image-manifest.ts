import { dirname, join } from 'node:path';
import * as z from 'zod';
import { dataFormat } from '../../../guest-agent/contract/data-format.ts';
import { readRecord } from '../base/read-record.ts';
import type { GuestImage } from './resources.ts';

const artefactSchema = z.object({ size: z.int(), sha256: z.string() });

/** What we read of the `manifest.json` beside an image (vm-image/manifest.ts writes it). */
const imageManifestSchema = z.object({
  /** Tells one image from another: the hash of what it was built from. */
  inputs: z.string(),
  kernelVersion: z.string().optional(),
  /** The format of the data disk that the image's engine brings it to. */
  dataFormat: z.int().min(1).default(1),
  artefacts: z.object({
    kernel: artefactSchema,
    initrd: artefactSchema,
    'root.erofs': artefactSchema,
  }),
});
export type ImageManifest = z.infer<typeof imageManifestSchema>;

/** Undefined when there is none that can be read. */
export async function readImageManifest(image: GuestImage): Promise<ImageManifest | undefined> {
  return readRecord(join(dirname(image.root), 'manifest.json'), imageManifestSchema);
}

/** What the data disk's guard must know of the image that is about to boot. */
export interface ImageVersion {
  readonly dataFormat: number;
  readonly id: string | undefined;
}

/** Of an image without a manifest, which only a developer has, what this program knows. */
export async function imageVersion(image: GuestImage): Promise<ImageVersion> {
  const manifest = await readImageManifest(image);
  return { dataFormat: manifest?.dataFormat ?? dataFormat, id: manifest?.inputs };
}
