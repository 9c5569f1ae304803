import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { Contexts, KeptUsage } from '../files/contexts.ts';
import type { UsageRecordSchema } from '../generated/github.com/moby/buildkit/api/services/control/control_pb.js';

type UsageRecord = MessageInitShape<typeof UsageRecordSchema>;

/** What builds keep between them, apart from images. */
export async function diskUsage(contexts: Contexts): Promise<UsageRecord[]> {
  return (await contexts.usage()).map(usageRecord);
}

/** Removes what builds keep and none uses now. Tells of each part that is gone. */
export async function* pruned(contexts: Contexts): AsyncGenerator<UsageRecord> {
  for (const usage of await contexts.prune()) yield usageRecord(usage);
}

function usageRecord({ key, size, created, lastUsed, inUse }: KeptUsage): UsageRecord {
  return {
    ID: key.slice(0, 25),
    ...{ Mutable: true, InUse: inUse, Size: BigInt(size), UsageCount: 1n },
    CreatedAt: timestampFromDate(created),
    LastUsedAt: timestampFromDate(lastUsed),
    Description: 'local source for context',
    RecordType: 'source.local',
  };
}
