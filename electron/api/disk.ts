import * as z from 'zod';
import { pruneScopeSchema } from '../../guest-agent/contract/endpoints/prune-preview.ts';
import { procedure } from './failure.ts';

export type { PruneScope } from '../../guest-agent/contract/endpoints/prune-preview.ts';

export const diskKindSchema = z.enum(['images', 'containers', 'volumes', 'buildCache']);
export type DiskKind = z.infer<typeof diskKindSchema>;

/** The space that one kind of object takes on the VM's disk, in bytes. */
export const diskUseSchema = z.object({
  kind: diskKindSchema,
  total: z.number().int(),
  /** Used by a running container; for images and volumes, by any container. */
  active: z.number().int(),
  size: z.number(),
  /** The unused part of `size`. */
  reclaimable: z.number(),
});
export type DiskUse = z.infer<typeof diskUseSchema>;

/** The unused objects of one kind: stopped containers, anonymous volumes, build cache, images. */
export const diskPruneSchema = z.object({
  kind: diskKindSchema,
  /** For images only. */
  scope: pruneScopeSchema.default('downloaded'),
});
export type DiskPrune = z.infer<typeof diskPruneSchema>;

export const pruneItemSchema = z.object({
  /** The ID of an image without a name. */
  name: z.string(),
  /** Bytes; shared layers count for each image. */
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
  /** Takes a moment, because the engine has to count. */
  usage: procedure.output(z.array(diskUseSchema)),
  prunePreview: procedure.input(diskPruneSchema).output(prunePreviewSchema),
  /** Removes what `prunePreview` lists. Returns the number of bytes freed. */
  prune: procedure.input(diskPruneSchema).output(z.object({ reclaimed: z.number() })),
};
