import type { CacheEntry } from '../../buildkit/cache/entry.ts';

/** A part of the build cache in `GET /system/df`. */
export function encodeCacheEntry(entry: CacheEntry) {
  const { id, type, description, parents, inUse, isShared, size, uses } = entry;
  return {
    ID: id,
    ...(parents.length > 0 ? { Parents: parents } : {}),
    ...{ Type: type, Description: description, InUse: inUse, Shared: isShared, Size: size },
    CreatedAt: entry.created.toISOString(),
    LastUsedAt: entry.lastUsed.toISOString(),
    UsageCount: uses,
  };
}
