import { z } from 'zod';
import type { EngineClient } from './client.ts';
import type { Filters } from './containers.ts';
import { listOf, mapOf, parseReply } from './reply.ts';

const volumeSchema = z.looseObject({
  Name: z.string(),
  Driver: z.string(),
  /** In the machine. */
  Mountpoint: z.string(),
  Scope: z.string(),
  Labels: mapOf(z.string()),
});
export type Volume = z.output<typeof volumeSchema>;

export interface NewVolume {
  /** Left out for an anonymous one. */
  readonly name?: string;
  readonly driver?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly options?: Readonly<Record<string, string>>;
}

/** The volume of that name, made when it is missing. */
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

/** Rejects with status 409 while a container has it; `force`: one that isn't there is fine. */
export async function removeVolume(
  client: EngineClient,
  name: string,
  { force = false } = {},
): Promise<void> {
  await client.json('DELETE', `/volumes/${encodeURIComponent(name)}`, { query: { force } });
}
