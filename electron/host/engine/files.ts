import {
  type EngineListing,
  listingSchema,
} from '../../../guest-agent/contract/endpoints/files.ts';
import type { FilePlace } from '../../api/files.ts';
import { placePath } from './archives.ts';
import type { EngineClient } from './connection/client.ts';
import { parseReply } from './connection/reply.ts';

/** Berth's own endpoints for browsing files, in addition to Docker's API (docs/engine-api.md). */

/** Lists a folder. Rejects with status 404, or 400 if the path isn't a folder. */
export async function listFolder(
  client: EngineClient,
  place: FilePlace,
  path: string,
  options: { limit?: number } = {},
): Promise<EngineListing> {
  const query = { path, ...options };
  return parseReply(listingSchema, await client.json('GET', placePath(place, '/files'), { query }));
}

/** Removes a file, or a folder with all its contents. */
export async function removeFile(
  client: EngineClient,
  place: FilePlace,
  path: string,
): Promise<void> {
  await client.json('DELETE', placePath(place, '/files'), { query: { path } });
}

/** Rejects with status 409 if `to` exists. */
export async function renameFile(
  client: EngineClient,
  place: FilePlace,
  path: string,
  to: string,
): Promise<void> {
  await client.json('POST', placePath(place, '/files/rename'), { query: { path, to } });
}
