import { z } from 'zod';

/*
 * Changes that the host makes in shared folders, over one connection that stays, one JSON document
 * a line each way. The guest says which folders containers have mounted, each list replacing the
 * one before; the host says what changes in them, in the
 * order of the changes.
 */

/** A folder or file in a share: `path` is relative to the share's root, '' for the root itself. */
const inShareSchema = z.object({ tag: z.string(), path: z.string() });

export const watchedSchema = z.object({ folders: z.array(inShareSchema) });
export type Watched = z.infer<typeof watchedSchema>;
export type InShare = z.infer<typeof inShareSchema>;

export const changeSchema = inShareSchema.extend({
  kind: z.enum(['created', 'changed', 'removed']),
  /** It is a folder, or was one. */
  isFolder: z.boolean().default(true),
  /** Milliseconds since it happened, by the host's clock. */
  age: z.number().nonnegative().default(0),
});
export type Change = z.infer<typeof changeSchema>;

export const changesSchema = z.object({ changes: z.array(changeSchema) });
export type Changes = z.infer<typeof changesSchema>;
