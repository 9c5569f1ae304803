import type { CacheEntry } from './entry.ts';
import { matchesEntry } from './entry-filter.ts';

/** What a prune may remove, and how much it leaves. Sizes are in bytes; 0 means no limit. */
export interface PrunePolicy {
  /** Also entries whose files images have too. */
  readonly all: boolean;
  /** Entries that were used within this time stay. Milliseconds. */
  readonly keepDuration: number;
  /** As `entry-filter.ts` reads them. */
  readonly filters: readonly string[];
  /** The cache isn't made smaller than this. */
  readonly reservedSpace: number;
  readonly maxUsedSpace: number;
  /** Entries go until the disk has this much free space. */
  readonly minFreeSpace: number;
}

/** The state of the disk, in bytes. */
export interface DiskSpace {
  readonly total: number;
  readonly free: number;
}

/** The entries that a prune removes, in the order in which it removes them. */
export function entriesToPrune(
  entries: readonly CacheEntry[],
  policy: PrunePolicy,
  disk: DiskSpace,
  now: number,
): CacheEntry[] {
  const used = entries.reduce((sum, entry) => sum + ownSize(entry), 0);
  const limit = sizeToKeep(used, policy, disk);
  if (limit !== undefined && used <= limit) return [];
  const candidates = entries
    .filter(
      (entry) =>
        !entry.inUse &&
        (policy.all || !entry.isShared) &&
        matchesEntry(entry, policy.filters) &&
        (policy.keepDuration === 0 || now - entry.lastUsed.getTime() >= policy.keepDuration),
    )
    .sort(byUse);
  if (limit === undefined) return candidates;
  let left = used;
  return candidates.filter((entry) => {
    if (left <= limit) return false;
    left -= ownSize(entry);
    return true;
  });
}

/** Removing an entry that images share frees nothing. */
const ownSize = ({ isShared, size }: CacheEntry) => (isShared ? 0 : size);

/** Undefined without a limit. */
function sizeToKeep(
  used: number,
  { reservedSpace, maxUsedSpace, minFreeSpace }: PrunePolicy,
  { free }: DiskSpace,
): number | undefined {
  if (reservedSpace === 0 && maxUsedSpace === 0 && minFreeSpace === 0) return undefined;
  const missing = minFreeSpace - free;
  let keep = maxUsedSpace === 0 ? Number.POSITIVE_INFINITY : maxUsedSpace;
  if (missing > 0) keep = Math.min(keep, used - missing);
  // Only a reserve: it is also the limit, as in BuildKit.
  if (maxUsedSpace === 0 && minFreeSpace === 0) keep = reservedSpace;
  return Math.max(keep, reservedSpace);
}

/** What was used least recently and least often goes first, and what needs others before them. */
function byUse(a: CacheEntry, b: CacheEntry): number {
  return (
    a.lastUsed.getTime() - b.lastUsed.getTime() ||
    a.uses - b.uses ||
    Number(a.parents.includes(b.id)) * -1 + Number(b.parents.includes(a.id))
  );
}
