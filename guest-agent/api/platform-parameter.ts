import * as z from 'zod';
import { EngineError } from '../errors.ts';
import type { Platform } from '../registry/platform.ts';

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

/** Throws EngineError 'invalid'. */
export function parsePlatformJson(text: string): Platform {
  try {
    return platformSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new EngineError('invalid', `failed to parse platform: ${text}`, { cause });
  }
}
