import { dirname, join } from 'node:path';
import * as z from 'zod';
import { dataFormat } from '../../../guest-agent/contract/data-format.ts';
import { readRecord } from '../base/read-record.ts';
import type { GuestImage } from './resources.ts';

const artefactSchema = z.object({ size: z.int(), sha256: z.string() });

/**
 * The parts that Berth reads of the `manifest.json` beside an image (vm-image/manifest.ts writes
 * it).
 */
const imageManifestSchema = z.object({
  /** Identifies the image: the hash of its build inputs. */
  inputs: z.string(),
  /** Absent from images that were built before Berth updated images on their own. */
  version: z.string().optional(),
  kernelVersion: z.string().optional(),
  /** The data disk format that the image's engine uses. */
  dataFormat: z.int().min(1).default(1),
  artefacts: z.object({
    kernel: artefactSchema,
    initrd: artefactSchema,
    'root.erofs': artefactSchema,
    'esp.img': artefactSchema.optional(),
  }),
});
export type ImageManifest = z.infer<typeof imageManifestSchema>;

/** Undefined if there is no readable manifest. */
export async function readImageManifest(image: GuestImage): Promise<ImageManifest | undefined> {
  return readRecord(join(dirname(image.root), 'manifest.json'), imageManifestSchema);
}

/** What the data disk's guard must know about the image to boot. */
export interface ImageVersion {
  readonly dataFormat: number;
  readonly id: string | undefined;
  readonly version?: string;
}

/** Only a developer's image has no manifest; then the format is this program's. */
export async function imageVersion(image: GuestImage): Promise<ImageVersion> {
  const manifest = await readImageManifest(image);
  return {
    dataFormat: manifest?.dataFormat ?? dataFormat,
    id: manifest?.inputs,
    ...(manifest?.version !== undefined && { version: manifest.version }),
  };
}
