import * as z from 'zod';
import type { PruneScope } from '../../api/disk.ts';
import type { EngineClient } from './connection/client.ts';
import { listOf, parseReply } from './connection/reply.ts';
import type { Filters } from './containers.ts';

const imageSchema = z.looseObject({
  Id: z.string(),
  RepoTags: listOf(z.string()),
  Size: z.number(),
});
export type PrunableImage = z.output<typeof imageSchema>;

const previewSchema = z.looseObject({
  Containers: listOf(z.looseObject({ Name: z.string(), Size: z.number() })),
  Networks: listOf(z.looseObject({ Name: z.string() })),
  Volumes: listOf(z.looseObject({ Name: z.string(), Size: z.number() })),
  Images: listOf(imageSchema),
  /** Unused images that the prune keeps. */
  ImagesKept: listOf(imageSchema),
  /** Bytes. */
  SpaceReclaimed: z.number(),
});
export type EnginePrunePreview = z.output<typeof previewSchema>;

/** The kinds to prune, in this order. */
export interface PruneKinds {
  readonly containers?: boolean;
  readonly networks?: boolean;
  readonly volumes?: 'anonymous' | 'all';
  readonly images?: PruneScope;
}

/** GET /prune, Berth's own endpoint: what a prune would remove now. Changes nothing. */
export async function previewPrune(
  client: EngineClient,
  kinds: PruneKinds,
  filters: Filters = {},
): Promise<EnginePrunePreview> {
  const query = { ...kinds, filters };
  return parseReply(previewSchema, await client.json('GET', '/prune', { query }));
}
