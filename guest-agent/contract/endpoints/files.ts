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
  /** Permissions alone. */
  Mode: z.number(),
  Uid: z.number(),
  Gid: z.number(),
  Size: z.number(),
  /** RFC 3339. */
  Modified: z.string(),
  /** What a link says. */
  LinkTarget: z.string().optional(),
  /** What a link leads to in the end; absent where that is nothing. */
  LinkType: fileTypeSchema.optional(),
});
export type EngineFile = z.infer<typeof fileSchema>;

/** `GET /containers/{id}/files` and `GET /volumes/{name}/files`. */
export const listingSchema = z.object({
  /** Links followed. */
  Path: z.string(),
  Folder: fileSchema,
  /** How many files there are; `Files` may have fewer. */
  Total: z.number(),
  Files: z.array(fileSchema),
});
export type EngineListing = z.infer<typeof listingSchema>;
