import { createHash } from 'node:crypto';
import type { Registries } from '../../engine/images/registries.ts';
import { EngineError } from '../../errors.ts';
import type { Descriptor } from '../../registry/manifest.ts';
import { canonicalName, parseReference, withDefaultTag } from '../../registry/reference.ts';
import { DIGEST, sha256 } from '../../store/digest.ts';
import { parseBoolean } from '../export/attributes.ts';
import type { Job } from '../jobs/job.ts';
import { ClientStore } from '../session/content-store.ts';
import { jobCredentials } from '../session/job-session.ts';
import type { Sessions } from '../session/sessions.ts';
import type { CachePlace } from './cache-places.ts';

/** Where the manifest and the blobs of a cache come from. */
export interface CacheSource {
  /** The manifest with a digest, whose bytes match. Rejects with EngineError and GrpcError. */
  readonly manifest: (digest: string) => Promise<Buffer>;
  /** The bytes of a blob. Fails at the end unless size and digest match. */
  readonly blob: (descriptor: Descriptor, signal: AbortSignal) => AsyncIterable<Uint8Array>;
}

/** A cache, with its first manifest. */
export interface OpenCache {
  readonly source: CacheSource;
  readonly top: Buffer;
  /** Whether the cache is an image of this engine, whose kind of manifest isn't shown. */
  readonly isHere?: boolean;
}

export interface SourceParts {
  readonly registries: Registries;
  readonly sessions: Sessions;
}

/** The limit that the distribution specification suggests for manifests. */
const MAX_MANIFEST_BYTES = 4 << 20;

/** Finds a cache. Throws EngineError in Docker's words, and GrpcError. */
export async function openCache(
  parts: SourceParts,
  job: Job,
  place: CachePlace,
  signal: AbortSignal,
): Promise<OpenCache> {
  if (place.type === 'registry') return openRegistry(parts, job, place, signal);
  if (place.type === 'local') return openDirectory(parts, job, place, signal);
  throw new EngineError('invalid', `unknown cache importer: ${place.type}`);
}

async function openRegistry(
  { registries, sessions }: SourceParts,
  job: Job,
  { attributes }: CachePlace,
  signal: AbortSignal,
): Promise<OpenCache> {
  const reference = cacheReference(attributes.ref);
  const isInsecure = isInsecureRegistry(attributes);
  const credentials = await jobCredentials(sessions, job, reference.domain, signal);
  const origin = registries.source(reference, { credentials, isInsecure });
  const manifest = async (name: string) => {
    const { bytes } = await origin.manifest(name, signal).catch((error: unknown) => {
      if (!(error instanceof EngineError) || !/^manifest for /.test(error.message)) throw error;
      throw new EngineError(error.code, `${canonicalName(reference)}: not found`, { cause: error });
    });
    return bytes;
  };
  return {
    source: { manifest, blob: (descriptor, stop) => origin.blob(descriptor, stop) },
    top: await manifest(reference.digest ?? reference.tag ?? 'latest'),
  };
}

/** The reference of a cache in a registry. Throws EngineError 'invalid' in Docker's words. */
export function cacheReference(ref = '') {
  if (ref === '') throw new EngineError('invalid', 'missing ref');
  return withDefaultTag(parseReference(ref));
}

export function isInsecureRegistry(attributes: CachePlace['attributes']): boolean {
  return cacheBoolean(attributes, 'registry.insecure', false);
}

/** Throws EngineError 'invalid' in Docker's words. */
export function cacheBoolean(
  attributes: CachePlace['attributes'],
  name: string,
  byDefault: boolean,
): boolean {
  const value = attributes[name];
  return value === undefined ? byDefault : parseBoolean(value, `failed to parse ${name}`);
}

/** A directory of the client, of which the client says which manifest it means. */
async function openDirectory(
  { sessions }: SourceParts,
  job: Job,
  { attributes }: CachePlace,
  signal: AbortSignal,
): Promise<OpenCache> {
  const { src = '', digest = '' } = attributes;
  if (digest === '') {
    throw new EngineError('invalid', 'local cache importer requires explicit digest');
  }
  if (src === '') throw new EngineError('invalid', 'local cache importer requires src');
  const session = await sessions.find(job.request.Session, signal);
  const store = (stop: AbortSignal) => new ClientStore(session.http2, `local:${src}`, stop);
  const manifest = async (name: string) => {
    if (!DIGEST.test(name)) throw new EngineError('invalid', `invalid digest ${name}`);
    const bytes = await readBounded(store(signal).read(name), MAX_MANIFEST_BYTES, name);
    if (sha256(bytes) !== name) throw damaged(name);
    return bytes;
  };
  const blob = (descriptor: Descriptor, stop: AbortSignal) =>
    verified(store(stop).read(descriptor.digest), descriptor);
  return { source: { manifest, blob }, top: await manifest(digest) };
}

/** A small blob. Throws EngineError 'invalid' if it is larger than `limit`. */
export async function readBounded(
  content: AsyncIterable<Uint8Array>,
  limit: number,
  digest: string,
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of content) {
    size += chunk.length;
    if (size > limit) {
      throw new EngineError('invalid', `blob ${digest} is too large (more than ${limit} bytes)`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function* verified(
  content: AsyncIterable<Uint8Array>,
  { digest, size }: Descriptor,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let received = 0;
  for await (const chunk of content) {
    received += chunk.length;
    if (received > size) throw damaged(digest);
    hash.update(chunk);
    yield chunk;
  }
  if (received !== size || `sha256:${hash.digest('hex')}` !== digest) throw damaged(digest);
}

function damaged(digest: string): EngineError {
  return new EngineError('invalid', `the cache's content doesn't match the digest ${digest}`);
}
