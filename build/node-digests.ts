import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import * as z from 'zod';

const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);

/** What one npm package has to bring, and which file of nodejs.org that comes from. */
const nodeDigestSchema = z.object({
  version: z.string(),
  /** The file's name in the release's SHASUMS256.txt. */
  published: z.string(),
  publishedSha256: sha256Schema,
  /** The program, within the package. */
  file: z.string(),
  /** The program's digest. Node publishes none for a program in an archive. */
  sha256: sha256Schema,
});
export type NodeDigest = z.infer<typeof nodeDigestSchema>;

export const nodeDigestsSchema = z.record(z.string(), nodeDigestSchema);

export const nodeDigestsPath = join(import.meta.dirname, 'node-digests.json');

/** The record of `node-digests.json`, by the names of npm packages. */
export async function readNodeDigests(): Promise<Record<string, NodeDigest>> {
  return nodeDigestsSchema.parse(JSON.parse(await readFile(nodeDigestsPath, 'utf8')));
}

/**
 * Rejects unless an npm package brings the recorded program; call it before the program runs or
 * ships. `directory` is the package's.
 */
export async function checkNodePackage(name: string, directory: string): Promise<void> {
  const digest = (await readNodeDigests())[name];
  if (!digest) throw new Error(`build/node-digests.json doesn't list ${name}`);
  const path = join(directory, digest.file);
  const actual = await sha256Of(path);
  if (actual === digest.sha256) return;
  throw new Error(
    `${path} is not the Node ${digest.version} that build/node-digests.json lists: its SHA-256 is
  ${actual}, not
  ${digest.sha256}.
If you changed the package's version, run \`node build/verify-node.ts --published --write\`.
Otherwise, don't run the program: someone may have changed it.`,
  );
}

export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
