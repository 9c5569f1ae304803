import type { DiskSpace, PrunePolicy } from './policy.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** As BuildKit in Docker: shares of the disk. */
const RESERVED = 0.1;
const MAX_USED = 0.75;
const MIN_FREE = 0.2;
/** What is quick to make again: contexts and caches of `RUN`s. */
const TEMPORARY_BYTES = 512e6;

/** The policies that collect garbage, one after the other, as Docker has them. */
export function defaultPolicies({ total }: DiskSpace): PrunePolicy[] {
  const share = (part: number) => Math.floor(total * part);
  const space = {
    reservedSpace: share(RESERVED),
    maxUsedSpace: share(MAX_USED),
    minFreeSpace: share(MIN_FREE),
  };
  const none = { reservedSpace: 0, maxUsedSpace: 0, minFreeSpace: 0 };
  return [
    {
      ...none,
      ...{ all: false, keepDuration: 2 * DAY_MS, maxUsedSpace: TEMPORARY_BYTES },
      filters: ['type==source.local', 'type==exec.cachemount'],
    },
    { ...space, all: false, keepDuration: 60 * DAY_MS, filters: [] },
    { ...space, all: false, keepDuration: 0, filters: [] },
    { ...space, all: true, keepDuration: 0, filters: [] },
  ];
}
