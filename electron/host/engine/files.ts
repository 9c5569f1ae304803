import * as z from 'zod';
import type { FilePlace } from '../../api/files.ts';
import { placePath } from './archives.ts';
import type { EngineClient } from './connection/client.ts';
import { listOf, parseReply } from './connection/reply.ts';

/** What Berth's engine has beside Docker's API for looking at files (docs/engine-api.md). */

const fileTypeSchema = z.enum(['file', 'directory', 'symlink', 'char', 'block', 'fifo', 'socket']);
export type FileType = z.infer<typeof fileTypeSchema>;

const fileSchema = z.looseObject({
  Name: z.string(),
  Type: fileTypeSchema,
  /** Permissions alone. */
  Mode: z.number(),
  Uid: z.number(),
  Gid: z.number(),
  Size: z.number(),
  Modified: z.string(),
  LinkTarget: z.string().optional(),
  LinkType: fileTypeSchema.optional(),
});
export type EngineFile = z.infer<typeof fileSchema>;

const listingSchema = z.looseObject({
  /** Links followed. */
  Path: z.string(),
  Folder: fileSchema,
  Total: z.number(),
  Files: listOf(fileSchema),
});
export type EngineListing = z.infer<typeof listingSchema>;

/** What is in a folder. Rejects with status 404, and 400 when it is none. */
export async function listFolder(
  client: EngineClient,
  place: FilePlace,
  path: string,
  options: { limit?: number } = {},
): Promise<EngineListing> {
  const query = { path, ...options };
  return parseReply(listingSchema, await client.json('GET', placePath(place, '/files'), { query }));
}

/** Removes a file, or a folder with all that is in it. */
export async function removeFile(
  client: EngineClient,
  place: FilePlace,
  path: string,
): Promise<void> {
  await client.json('DELETE', placePath(place, '/files'), { query: { path } });
}

/** Rejects with status 409 when there is something at `to`. */
export async function renameFile(
  client: EngineClient,
  place: FilePlace,
  path: string,
  to: string,
): Promise<void> {
  await client.json('POST', placePath(place, '/files/rename'), { query: { path, to } });
}
