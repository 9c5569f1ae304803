import * as z from 'zod';

/**
 * The unused images that a prune removes: only those without a tag, also those whose tags came from
 * a registry by a pull, or all.
 */
export const pruneScopeSchema = z.enum(['dangling', 'downloaded', 'all']);
export type PruneScope = z.infer<typeof pruneScopeSchema>;

/** The volumes that a prune removes: only anonymous ones, or all. */
export const prunedVolumesSchema = z.enum(['anonymous', 'all']);
export type PrunedVolumes = z.infer<typeof prunedVolumesSchema>;

/** Sizes are in bytes. */
const imageSchema = z.object({
  Id: z.string(),
  RepoTags: z.array(z.string()),
  Size: z.number(),
});
export type PrunableImage = z.infer<typeof imageSchema>;

/** Kinds that weren't requested are empty or not set. */
const listOf = <Item extends z.ZodType>(item: Item) => z.array(item).default([]);

/** `GET /prune`. */
export const prunePreviewSchema = z.object({
  Containers: listOf(z.object({ Id: z.string(), Name: z.string(), Size: z.number() })),
  Networks: listOf(z.object({ Id: z.string(), Name: z.string() })),
  Volumes: listOf(z.object({ Name: z.string(), Size: z.number() })),
  Images: listOf(imageSchema),
  /** Unused images that the prune keeps. */
  ImagesKept: listOf(imageSchema),
  SpaceReclaimed: z.number(),
});
export type EnginePrunePreview = z.output<typeof prunePreviewSchema>;
