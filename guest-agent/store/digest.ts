import { createHash } from 'node:crypto';
import { EngineError } from '../errors.ts';

/**
 * `sha256:` and 64 lower-case hex digits (OCI image-spec, descriptor.md). The only supported
 * algorithm.
 */
export const DIGEST = /^sha256:[0-9a-f]{64}$/;

export function sha256(data: string | Uint8Array): string {
  return `sha256:${createHash('sha256').update(data).digest('hex')}`;
}

/** The hex part of a digest. Throws EngineError 'invalid' for other text. */
export function digestHex(digest: string): string {
  if (!DIGEST.test(digest)) throw new EngineError('invalid', `unsupported digest: ${digest}`);
  return digest.slice('sha256:'.length);
}
