import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { debianPackageSchema } from './debian/base.ts';

const artefactSchema = z.object({ size: z.int(), sha256: z.string() });

/** `manifest.json` of an image: its files and contents. */
export const manifestSchema = z.object({
  /** Increased when drivers must treat the files differently. */
  format: z.literal(1),
  arch: z.enum(['amd64', 'arm64']),
  /** Hash of all inputs of the image. */
  inputs: z.string(),
  /** Berth's version, or the image's own with one more number. */
  version: z.string().optional(),
  kernelVersion: z.string(),
  /** The data disk's format after this engine has used it (guest-agent/contract). */
  dataFormat: z.int().default(1),
  artefacts: z.object({
    kernel: artefactSchema,
    initrd: artefactSchema,
    'root.erofs': artefactSchema,
    'esp.img': artefactSchema,
  }),
  debianPackages: z.array(debianPackageSchema),
  npmPackages: z.array(z.object({ name: z.string(), version: z.string() })),
});

export type Manifest = z.infer<typeof manifestSchema>;

/** Size in bytes and sha256 of a file. */
export async function describeArtefact(path: string): Promise<{ size: number; sha256: string }> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of createReadStream(path)) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { size, sha256: hash.digest('hex') };
}

/** The manifest of a complete image in the directory; undefined if there isn't one. */
export async function readManifest(directory: string): Promise<Manifest | undefined> {
  const text = await readFile(join(directory, 'manifest.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const manifest = manifestSchema.safeParse(JSON.parse(text));
  if (!manifest.success) return undefined;
  for (const [name, { size }] of Object.entries(manifest.data.artefacts)) {
    const status = await stat(join(directory, name)).catch(() => undefined);
    if (status?.size !== size) return undefined;
  }
  return manifest.data;
}
