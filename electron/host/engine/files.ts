import {
  type EngineListing,
  listingSchema,
} from '../../../guest-agent/contract/endpoints/files.ts';
import type { FilePlace } from '../../api/files.ts';
import { placePath } from './archives.ts';
import type { EngineClient } from './connection/client.ts';
import { parseReply } from './connection/reply.ts';

/** What Berth's engine has beside Docker's API for looking at files (docs/engine-api.md). */

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
