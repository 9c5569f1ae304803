import * as z from 'zod';

/** A change of one object of a project while the project is started, removed or changed. */
export const projectEventSchema = z.object({
  kind: z.enum(['image', 'network', 'volume', 'container', 'project']),
  /** The object's name: `shop-web-1`. */
  name: z.string(),
  state: z.enum(['working', 'done', 'warning']),
  /** In Docker's words: `Creating`, `Created`, `Healthy`. */
  text: z.string(),
  /** Progress of a pull between 0 and 1, if it is known. */
  fraction: z.number().optional(),
});
export type ProjectEvent = z.infer<typeof projectEventSchema>;
