import * as z from 'zod';
import type { EngineClient } from './connection/client.ts';
import { listOf, mapOf, parseReply } from './connection/reply.ts';
import type { Filters } from './containers.ts';

const volumeSchema = z.looseObject({
  Name: z.string(),
  Driver: z.string(),
  /** RFC 3339. */
  CreatedAt: z.string().optional(),
  /** A path in the VM. */
  Mountpoint: z.string(),
  Scope: z.string(),
  Labels: mapOf(z.string()),
  Options: mapOf(z.string()),
});
export type Volume = z.output<typeof volumeSchema>;

/** A volume in GET /system/df. */
export const usedVolumeSchema = z.looseObject({
  Name: z.string(),
  /** -1 if not counted. */
  UsageData: z.looseObject({ Size: z.number(), RefCount: z.number() }).nullish(),
});

export interface NewVolume {
  /** Absent for an anonymous volume. */
  readonly name?: string;
  readonly driver?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly options?: Readonly<Record<string, string>>;
}

/** Returns the volume of this name; creates it if missing. */
export async function createVolume(client: EngineClient, volume: NewVolume): Promise<Volume> {
  const reply = await client.json('POST', '/volumes/create', {
    body: {
      Name: volume.name,
      Driver: volume.driver,
      Labels: volume.labels,
      DriverOpts: volume.options,
    },
  });
  return parseReply(volumeSchema, reply);
}

/** By name. */
export async function listVolumes(client: EngineClient, filters: Filters = {}): Promise<Volume[]> {
  const reply = await client.json('GET', '/volumes', { query: { filters } });
  const { Volumes } = parseReply(z.looseObject({ Volumes: listOf(volumeSchema) }), reply);
  return Volumes.sort((a, b) => a.Name.localeCompare(b.Name));
}

/** GET /volumes/{name}. Rejects with status 404. */
export async function inspectVolume(client: EngineClient, name: string): Promise<Volume> {
  return parseReply(volumeSchema, await client.json('GET', `/volumes/${encodeURIComponent(name)}`));
}

/** Bytes of each volume by name (GET /system/df). */
export async function volumeSizes(client: EngineClient): Promise<Record<string, number>> {
  const reply = await client.json('GET', '/system/df', { query: { type: 'volume' } });
  const { Volumes } = parseReply(z.looseObject({ Volumes: listOf(usedVolumeSchema) }), reply);
  return Object.fromEntries(Volumes.map(({ Name, UsageData }) => [Name, UsageData?.Size ?? 0]));
}

/**
 * Rejects with status 409 while a container uses the volume. With `force`, a missing volume isn't
 * an error.
 */
export async function removeVolume(
  client: EngineClient,
  name: string,
  { force = false } = {},
): Promise<void> {
  await client.json('DELETE', `/volumes/${encodeURIComponent(name)}`, { query: { force } });
}
