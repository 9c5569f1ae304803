import {
  type EnginePrunePreview,
  type PrunedVolumes,
  type PruneScope,
  prunePreviewSchema,
} from '../../../guest-agent/contract/endpoints/prune-preview.ts';
import type { EngineClient } from './connection/client.ts';
import { parseReply } from './connection/reply.ts';
import type { Filters } from './containers.ts';

export type { EnginePrunePreview } from '../../../guest-agent/contract/endpoints/prune-preview.ts';

/** The kinds to prune, in this order. */
export interface PruneKinds {
  readonly containers?: boolean;
  readonly networks?: boolean;
  readonly volumes?: PrunedVolumes;
  readonly images?: PruneScope;
}

/** GET /prune, Berth's own endpoint: what a prune would remove now. Changes nothing. */
export async function previewPrune(
  client: EngineClient,
  kinds: PruneKinds,
  filters: Filters = {},
): Promise<EnginePrunePreview> {
  const query = { ...kinds, filters };
  return parseReply(prunePreviewSchema, await client.json('GET', '/prune', { query }));
}
