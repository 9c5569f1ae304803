import * as z from 'zod';

/**
 * Which images a prune removes, of those that no container uses: those without a name, also those
 * whose tags a pull from a registry set, or all.
 */
export const pruneScopeSchema = z.enum(['dangling', 'downloaded', 'all']);
export type PruneScope = z.infer<typeof pruneScopeSchema>;

/** Which volumes: those without a name of their own, or all. */
export const prunedVolumesSchema = z.enum(['anonymous', 'all']);
export type PrunedVolumes = z.infer<typeof prunedVolumesSchema>;

/** Sizes are bytes. */
const imageSchema = z.object({
  Id: z.string(),
  RepoTags: z.array(z.string()),
  Size: z.number(),
});
export type PrunableImage = z.infer<typeof imageSchema>;

/** A kind that nobody asked for is empty, and may be left out. */
const listOf = <Item extends z.ZodType>(item: Item) => z.array(item).default([]);

/** `GET /prune`. */
export const prunePreviewSchema = z.object({
  Containers: listOf(z.object({ Id: z.string(), Name: z.string(), Size: z.number() })),
  Networks: listOf(z.object({ Id: z.string(), Name: z.string() })),
  Volumes: listOf(z.object({ Name: z.string(), Size: z.number() })),
  Images: listOf(imageSchema),
  /** Images that no container uses either, but that stay. */
  ImagesKept: listOf(imageSchema),
  SpaceReclaimed: z.number(),
});
export type EnginePrunePreview = z.output<typeof prunePreviewSchema>;
