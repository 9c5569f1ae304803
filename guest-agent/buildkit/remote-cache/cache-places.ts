import { createHash } from 'node:crypto';
import * as z from 'zod';
import { EngineError } from '../../errors.ts';
import { type Attributes, booleanAttribute } from '../export/attributes.ts';
import type { Job } from '../jobs/job.ts';

/** One `--cache-from` or `--cache-to`. */
export interface CachePlace {
  readonly type: string;
  readonly attributes: Attributes;
}

type CacheRequest = Pick<Job, 'request' | 'frontendAttributes'>;

const importsSchema = z.array(
  z.object({ Type: z.string(), Attrs: z.record(z.string(), z.string()).nullish() }),
);

/** Where a build finds steps of other engines. Throws EngineError 'invalid'. */
export function cacheImports(job: CacheRequest): CachePlace[] {
  const own = (job.request.Cache?.Imports ?? []).map(placeOf);
  const places = [...own, ...frontendImports(attributesOf(job)['cache-imports'] ?? '')];
  return [...new Map(places.map((place) => [placeName(place), place])).values()];
}

function placeOf({ Type, Attrs }: z.infer<typeof importsSchema>[number]): CachePlace {
  return { type: Type, attributes: Attrs ?? {} };
}

/** Clients that steer the build send the same list to the frontend. */
function frontendImports(text: string): CachePlace[] {
  if (text === '') return [];
  try {
    return importsSchema.parse(JSON.parse(text)).map(placeOf);
  } catch (cause) {
    throw new EngineError('invalid', `failed to unmarshal cache-imports (${text})`, { cause });
  }
}

/**
 * Where a build writes its steps for other engines. Throws EngineError 'invalid' in Docker's words
 * for a place twice.
 */
export function cacheExports(job: CacheRequest): CachePlace[] {
  const places = (job.request.Cache?.Exports ?? []).map(placeOf);
  // Clients translate this build argument themselves, but not those that post a build whole.
  if (booleanAttribute(attributesOf(job), 'build-arg:BUILDKIT_INLINE_CACHE', false)) {
    places.push({ type: 'inline', attributes: {} });
  }
  const first = places.findIndex(({ type }) => type === 'inline');
  const distinct = places.filter(({ type }, index) => type !== 'inline' || index === first);
  const names = distinct.map(placeName);
  const twice = distinct.filter((_, index) => names.lastIndexOf(names[index] ?? '') !== index);
  if (twice.length === 0) return distinct;
  const types = twice.map(({ type }) => type).join(' ');
  throw new EngineError('invalid', `duplicate cache exports [${types}]`);
}

function attributesOf({ request, frontendAttributes }: CacheRequest): Attributes {
  return frontendAttributes ?? request.FrontendAttrs;
}

/** BuildKit's name of a cache in progress: the reference of an image, or a type with a number. */
export function placeName({ type, attributes }: CachePlace): string {
  const { ref = '' } = attributes;
  if (type === 'registry' && ref !== '') return ref;
  const sorted = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
  const hash = createHash('sha256')
    .update(JSON.stringify([type, sorted]))
    .digest();
  return `${type}:${hash.readBigUInt64BE()}`;
}
