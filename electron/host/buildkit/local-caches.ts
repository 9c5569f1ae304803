import { mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import type { Method } from '../../../guest-agent/buildkit/grpc/server.ts';
import { writeFileAtomic } from '../base/atomic-file.ts';
import { HostError } from '../base/errors.ts';
import { loggerOf } from '../base/log.ts';
import { parseJson } from '../base/parse-json.ts';
import { unlessMissing } from '../base/system-error.ts';
import { blobDirectories } from './blob-directories.ts';
import type { Typed } from './solve.ts';

const log = loggerOf('buildkit');

const descriptorSchema = z.looseObject({
  mediaType: z.string(),
  digest: z.string(),
  size: z.number(),
  annotations: z.record(z.string(), z.string()).optional(),
});
const indexSchema = z.object({ manifests: z.array(descriptorSchema) });
type Descriptor = z.infer<typeof descriptorSchema>;

/** The name of a manifest in a directory. */
const REF_NAME = 'org.opencontainers.image.ref.name';

/** Build caches in directories of the host. */
export interface LocalCaches {
  /** The caches from which the build can take steps. */
  readonly imports: readonly Typed[];
  /** What the engine may ask during the build. */
  readonly services: readonly Method[];
  /** Names the caches that the build wrote in their directories. */
  finish(response: Readonly<Record<string, string>>): Promise<void>;
}

/**
 * Prepares the build caches in directories (`type=local`) among all caches of a build. Leaves out a
 * directory without a cache, as Docker does. Throws HostError 'invalid' in Docker's words.
 */
export async function openLocalCaches(
  imports: readonly Typed[],
  exports: readonly Typed[],
): Promise<LocalCaches> {
  const directories = new Map<string, string>();
  const found: Typed[] = [];
  for (const each of imports) {
    const readable = each.Type === 'local' ? await withDigest(each) : each;
    if (readable === undefined) continue;
    found.push(readable);
    const { src } = readable.Attrs;
    if (each.Type === 'local' && src) directories.set(`local:${src}`, resolve(src));
  }
  const written = exports.filter(({ Type }) => Type === 'local');
  for (const { Attrs } of written) {
    const { dest } = Attrs;
    if (!dest) throw new HostError('invalid', 'local cache exporter requires dest');
    await mkdir(dest, { recursive: true });
    directories.set(`local:${dest}`, resolve(dest));
  }
  return {
    imports: found,
    services: directories.size > 0 ? blobDirectories(directories) : [],
    finish: async ({ 'cache.manifest': text }) => {
      if (text === undefined) return;
      const manifest = descriptorSchema.parse(parseJson(text));
      for (const { Attrs } of written) await nameManifest(Attrs.dest ?? '', manifest, Attrs.tag);
    },
  };
}

/** The same cache with the digest of its manifest. Undefined if the directory doesn't have it. */
async function withDigest({ Type, Attrs }: Typed): Promise<Typed | undefined> {
  const { src, digest, tag = 'latest' } = Attrs;
  if (!src) throw new HostError('invalid', 'local cache importer requires src');
  if (digest) return { Type, Attrs };
  const manifests = await readIndex(src);
  const named = manifests.find(({ annotations }) => annotations?.[REF_NAME] === tag);
  if (named === undefined) {
    log.warn(`Building without the cache in ${src}, which has no cache named ${tag}`);
    return undefined;
  }
  return { Type, Attrs: { ...Attrs, digest: named.digest } };
}

async function readIndex(directory: string): Promise<Descriptor[]> {
  const text = await readFile(join(directory, 'index.json'), 'utf8').catch(unlessMissing);
  if (text === undefined) return [];
  const index = indexSchema.safeParse(parseJson(text));
  if (index.success) return index.data.manifests;
  throw new HostError('invalid', `${directory} is not a build cache: index.json can't be read`, {
    hint: 'Choose another directory, or remove this one.',
  });
}

/** Adds a manifest to the directory's list, in place of one with the same name. */
async function nameManifest(
  directory: string,
  manifest: Descriptor,
  tag = 'latest',
): Promise<void> {
  const others = (await readIndex(directory)).filter(
    ({ annotations }) => annotations?.[REF_NAME] !== tag,
  );
  const manifests = [...others, { ...manifest, annotations: { [REF_NAME]: tag } }];
  const mediaType = 'application/vnd.oci.image.index.v1+json';
  const index = JSON.stringify({ schemaVersion: 2, mediaType, manifests });
  await writeFileAtomic(join(directory, 'index.json'), index, 0o644);
  const layout = JSON.stringify({ imageLayoutVersion: '1.0.0' });
  await writeFileAtomic(join(directory, 'oci-layout'), layout, 0o644);
}
