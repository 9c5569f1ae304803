import type { Platform } from '../../registry/platform.ts';

/** A platform as BuildKit writes it in images: arm64 is v8 anyway. */
export function ociPlatform({ os, architecture, variant }: Platform): Platform {
  const plain = variant === undefined || (architecture === 'arm64' && variant === 'v8');
  return { architecture, os, ...(plain ? {} : { variant }) };
}

/** `linux/amd64`, the name of a platform's result. */
export function platformId(platform: Platform): string {
  const { os, architecture, variant } = ociPlatform(platform);
  return [os, architecture, ...(variant ? [variant] : [])].join('/');
}
