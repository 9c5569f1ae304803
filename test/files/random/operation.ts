import * as z from 'zod';

/** Something that one side does in the folder. Paths are relative to it. */
export const operation = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('write'), path: z.string(), text: z.string() }),
  z.object({ kind: z.literal('append'), path: z.string(), text: z.string() }),
  /** Writes into an existing file, as databases do. */
  z.object({ kind: z.literal('patch'), path: z.string(), offset: z.number(), text: z.string() }),
  z.object({ kind: z.literal('truncate'), path: z.string(), size: z.number() }),
  z.object({ kind: z.literal('unlink'), path: z.string() }),
  z.object({ kind: z.literal('mkdir'), path: z.string() }),
  z.object({ kind: z.literal('rmdir'), path: z.string() }),
  z.object({ kind: z.literal('rename'), path: z.string(), to: z.string() }),
  z.object({ kind: z.literal('link'), path: z.string(), to: z.string() }),
  z.object({ kind: z.literal('symlink'), path: z.string(), target: z.string() }),
  z.object({ kind: z.literal('chmod'), path: z.string(), mode: z.number() }),
  z.object({ kind: z.literal('times'), path: z.string(), nanoseconds: z.string() }),
  /** Opens a file under a number, so that it stays open while its name changes or goes. */
  z.object({ kind: z.literal('open'), path: z.string(), handle: z.number() }),
  z.object({
    kind: z.literal('patch-open'),
    handle: z.number(),
    offset: z.number(),
    text: z.string(),
  }),
  z.object({ kind: z.literal('close'), handle: z.number() }),
  /** The text of a file, or the code of the error. */
  z.object({ kind: z.literal('read'), path: z.string() }),
  /** The names in a directory, sorted. */
  z.object({ kind: z.literal('list'), path: z.string() }),
]);
export type Operation = z.infer<typeof operation>;

/** `ok`, the code of an error, or what was read. */
export type Outcome = string;

/** One entry below the folder, as a side or the model sees it. */
export const viewEntry = z.object({
  path: z.string(),
  type: z.enum(['file', 'directory', 'link']),
  /** In octal. Links have none that counts. */
  mode: z.string(),
  links: z.number(),
  /** For a file the digest of its text, for a link its target. */
  content: z.string(),
  size: z.number(),
  /** The model knows it only if it was set. */
  changed: z.string().optional(),
});
export type ViewEntry = z.infer<typeof viewEntry>;
