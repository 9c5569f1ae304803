import type { PrunePolicy } from '../cache/policy.ts';

export const pruneEverything: PrunePolicy = {
  ...{ all: true, keepDuration: 0, filters: [] },
  ...{ reservedSpace: 0, maxUsedSpace: 0, minFreeSpace: 0 },
};
