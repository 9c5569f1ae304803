import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { BuildCaches, CacheUsage } from '../../build/run-mounts/caches.ts';
import type { Contexts } from '../files/contexts.ts';
import type { UsageRecordSchema } from '../generated/github.com/moby/buildkit/api/services/control/control_pb.js';

type UsageRecord = MessageInitShape<typeof UsageRecordSchema>;

/** What builds keep between them, apart from images. */
export interface KeptParts {
  readonly contexts: Contexts;
  readonly caches: BuildCaches;
}

export async function diskUsage({ contexts, caches }: KeptParts): Promise<UsageRecord[]> {
  return [
    ...(await contexts.usage()).map(({ key, ...usage }) => contextRecord({ name: key, ...usage })),
    ...(await caches.usage()).map(cacheRecord),
  ];
}

/** Removes what builds keep and none uses now. Tells of each part that is gone. */
export async function* pruned({ contexts, caches }: KeptParts): AsyncGenerator<UsageRecord> {
  for (const { key, ...usage } of await contexts.prune()) {
    yield contextRecord({ name: key, ...usage });
  }
  for (const usage of await caches.prune()) yield cacheRecord(usage);
}

const contextRecord = (usage: CacheUsage) =>
  usageRecord(usage, 'source.local', 'local source for context');

const cacheRecord = (usage: CacheUsage) =>
  usageRecord(usage, 'exec.cachemount', 'mount for a cache');

function usageRecord(
  { name, size, created, lastUsed, inUse }: CacheUsage,
  RecordType: string,
  Description: string,
): UsageRecord {
  return {
    ID: name.slice(0, 25),
    ...{ Mutable: true, InUse: inUse, Size: BigInt(size), UsageCount: 1n },
    ...{ CreatedAt: timestampFromDate(created), LastUsedAt: timestampFromDate(lastUsed) },
    ...{ Description, RecordType },
  };
}
