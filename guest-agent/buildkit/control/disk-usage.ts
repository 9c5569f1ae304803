import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { CacheEntry } from '../cache/entry.ts';
import type { PrunePolicy } from '../cache/policy.ts';
import type {
  PruneRequest,
  UsageRecordSchema,
} from '../generated/github.com/moby/buildkit/api/services/control/control_pb.js';
import type { GCPolicySchema } from '../generated/github.com/moby/buildkit/api/types/worker_pb.js';

const NANOSECONDS = 1_000_000n;

/** A part of the build cache in BuildKit's form. */
export function usageRecord(entry: CacheEntry): MessageInitShape<typeof UsageRecordSchema> {
  const { id, type, description, parents, size, uses } = entry;
  return {
    ...{ ID: id, Mutable: entry.isMutable, InUse: entry.inUse, Shared: entry.isShared },
    ...{ Size: BigInt(size), UsageCount: BigInt(uses), Parents: [...parents] },
    ...{ Description: description, RecordType: type },
    CreatedAt: timestampFromDate(entry.created),
    LastUsedAt: timestampFromDate(entry.lastUsed),
  };
}

export function prunePolicy(request: PruneRequest): PrunePolicy {
  return {
    all: request.all,
    keepDuration: Number(request.keepDuration / NANOSECONDS),
    filters: request.filter,
    reservedSpace: Number(request.reservedSpace),
    maxUsedSpace: Number(request.maxUsedSpace),
    minFreeSpace: Number(request.minFreeSpace),
  };
}

export function gcPolicy(policy: PrunePolicy): MessageInitShape<typeof GCPolicySchema> {
  return {
    all: policy.all,
    keepDuration: BigInt(policy.keepDuration) * NANOSECONDS,
    filters: [...policy.filters],
    reservedSpace: BigInt(policy.reservedSpace),
    maxUsedSpace: BigInt(policy.maxUsedSpace),
    minFreeSpace: BigInt(policy.minFreeSpace),
  };
}
