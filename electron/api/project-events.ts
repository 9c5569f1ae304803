import * as z from 'zod';

/** What happens to one thing of a project while it is brought up, down or elsewhere. */
export const projectEventSchema = z.object({
  kind: z.enum(['image', 'network', 'volume', 'container', 'project']),
  /** Of the thing: `shop-web-1`. */
  name: z.string(),
  state: z.enum(['working', 'done', 'warning']),
  /** In Docker's words: `Creating`, `Created`, `Healthy`. */
  text: z.string(),
  /** Between 0 and 1, where it is known: of a pull. */
  fraction: z.number().optional(),
});
export type ProjectEvent = z.infer<typeof projectEventSchema>;
