import * as z from 'zod';

export const fileTypeSchema = z.enum([
  'file',
  'directory',
  'symlink',
  'char',
  'block',
  'fifo',
  'socket',
]);
export type FileType = z.infer<typeof fileTypeSchema>;

export const fileSchema = z.object({
  Name: z.string(),
  Type: fileTypeSchema,
  /** Only the permissions. */
  Mode: z.number(),
  Uid: z.number(),
  Gid: z.number(),
  Size: z.number(),
  /** In RFC 3339. */
  Modified: z.string(),
  /** The text of a link. */
  LinkTarget: z.string().optional(),
  /** The final target of a link. Not set for a broken link. */
  LinkType: fileTypeSchema.optional(),
});
export type EngineFile = z.infer<typeof fileSchema>;

/** `GET /containers/{id}/files` and `GET /volumes/{name}/files`. */
export const listingSchema = z.object({
  /** With links resolved. */
  Path: z.string(),
  Folder: fileSchema,
  /** The total number of files. `Files` may have fewer. */
  Total: z.number(),
  Files: z.array(fileSchema),
});
export type EngineListing = z.infer<typeof listingSchema>;
