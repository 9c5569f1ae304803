import { z } from 'zod';
import { procedure } from './failure.ts';

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

export const diskProcedures = {
  /** Takes the engine a moment: it counts. */
  usage: procedure.output(z.array(diskUseSchema)),
  /**
   * Removes what nothing uses: images without a container, stopped containers, volumes without a
   * container, the whole build cache. Answers the bytes that were given back.
   */
  prune: procedure
    .input(z.object({ kind: diskKindSchema }))
    .output(z.object({ reclaimed: z.number() })),
};
