import * as z from 'zod';
import { EngineError } from '../errors.ts';
import type { Platform } from '../registry/platform.ts';
import { isBefore } from './api-version.ts';

const platformSchema = z.object({
  os: z.string().default('linux'),
  architecture: z.string(),
  variant: z.string().optional(),
});

/** The `platform` parameter of API 1.48 and later: JSON of an OCI platform. */
export function jsonPlatform(query: URLSearchParams): Platform | undefined {
  const text = query.get('platform');
  return text ? parsePlatformJson(text) : undefined;
}

/** The same, where API 1.52 and later accept several. Throws EngineError 'invalid'. */
export function jsonPlatforms(query: URLSearchParams, version: string): Platform[] {
  const texts = query.getAll('platform').filter((text) => text !== '');
  if (texts.length > 1 && isBefore(version, '1.52')) {
    throw new EngineError(
      'invalid',
      'multiple platform parameters are not supported in this API version; use API version 1.52 or later',
    );
  }
  return texts.map(parsePlatformJson);
}

/** Throws EngineError 'invalid'. */
export function parsePlatformJson(text: string): Platform {
  try {
    return platformSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new EngineError('invalid', `failed to parse platform: ${text}`, { cause });
  }
}
