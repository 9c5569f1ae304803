import * as z from 'zod';
import { pruneScopeSchema } from '../../guest-agent/contract/endpoints/prune-preview.ts';
import { procedure } from './failure.ts';

export type { PruneScope } from '../../guest-agent/contract/endpoints/prune-preview.ts';

export const diskKindSchema = z.enum(['images', 'containers', 'volumes', 'buildCache']);
export type DiskKind = z.infer<typeof diskKindSchema>;

/** How much of the machine's disk one kind of object takes. Sizes are bytes. */
export const diskUseSchema = z.object({
  kind: diskKindSchema,
  total: z.number().int(),
  /** In use by a container that runs, or for images and volumes by any container. */
  active: z.number().int(),
  size: z.number(),
  /** Of this, what nothing uses. */
  reclaimable: z.number(),
});
export type DiskUse = z.infer<typeof diskUseSchema>;

/** What nothing uses, of one kind: stopped containers, anonymous volumes, the build cache, images. */
export const diskPruneSchema = z.object({
  kind: diskKindSchema,
  /** Of images alone. */
  scope: pruneScopeSchema.default('downloaded'),
});
export type DiskPrune = z.infer<typeof diskPruneSchema>;

export const pruneItemSchema = z.object({
  /** The ID of an image without a name. */
  name: z.string(),
  /** Bytes; what images have in common is counted for each. */
  size: z.number(),
});
export type PruneItem = z.infer<typeof pruneItemSchema>;

export const prunePreviewSchema = z.object({
  going: z.array(pruneItemSchema),
  /** Images that no container uses either. */
  staying: z.array(pruneItemSchema),
  /** Bytes that become free. */
  bytes: z.number(),
});
export type PrunePreview = z.infer<typeof prunePreviewSchema>;

export const diskProcedures = {
  /** Takes the engine a moment: it counts. */
  usage: procedure.output(z.array(diskUseSchema)),
  prunePreview: procedure.input(diskPruneSchema).output(prunePreviewSchema),
  /** Removes what `prunePreview` tells of. Answers the bytes that were freed. */
  prune: procedure.input(diskPruneSchema).output(z.object({ reclaimed: z.number() })),
};
