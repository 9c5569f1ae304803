import * as z from 'zod';
import {
  type Activity,
  activitySchema,
  looksOnHeader,
} from '../../../guest-agent/contract/endpoints/activity.ts';
import type { EngineClient } from './connection/client.ts';
import { readJsonLines } from './connection/json-lines.ts';
import { listOf, mapOf, number, parseReply } from './connection/reply.ts';
import { containerSummarySchema } from './container-schemas.ts';
import type { Filters } from './containers.ts';
import { imageSummarySchema } from './images.ts';
import { usedVolumeSchema } from './volumes.ts';

const versionSchema = z.looseObject({
  Version: z.string(),
  ApiVersion: z.string(),
  MinAPIVersion: z.string().optional(),
  GitCommit: z.string().optional(),
  Os: z.string(),
  Arch: z.string(),
  KernelVersion: z.string().optional(),
  BuildTime: z.string().optional(),
});
export type EngineVersion = z.infer<typeof versionSchema>;

const infoSchema = z.looseObject({
  Containers: z.number(),
  ContainersRunning: z.number(),
  ContainersPaused: z.number(),
  ContainersStopped: z.number(),
  Images: z.number(),
  Driver: z.string(),
  ServerVersion: z.string(),
  KernelVersion: z.string(),
  OperatingSystem: z.string(),
  OSType: z.string(),
  Architecture: z.string(),
  NCPU: z.number(),
  /** Bytes. */
  MemTotal: z.number(),
  Name: z.string(),
  /** RFC 3339. */
  SystemTime: z.iso.datetime({ offset: true }).optional(),
  CgroupDriver: z.string().optional(),
  CgroupVersion: z.string().optional(),
  DefaultRuntime: z.string().optional(),
  DockerRootDir: z.string().optional(),
  Warnings: listOf(z.string()),
});
export type EngineInfo = z.infer<typeof infoSchema>;

const diskUsageSchema = z.looseObject({
  /** Bytes of all layers, counting shared layers once. */
  LayersSize: number,
  Images: listOf(imageSummarySchema),
  Containers: listOf(containerSummarySchema),
  Volumes: listOf(usedVolumeSchema),
  BuildCache: listOf(
    z.looseObject({
      ...{ ID: z.string(), Size: z.number(), InUse: z.boolean() },
      /** Whether an image has the same files. */
      Shared: z.boolean().optional(),
      Type: z.string().optional(),
      Description: z.string().optional(),
      CreatedAt: z.string().optional(),
      LastUsedAt: z.string().nullish(),
      UsageCount: z.number().optional(),
    }),
  ),
});
export type DiskUsage = z.infer<typeof diskUsageSchema>;

const eventSchema = z.looseObject({
  Type: z.string(),
  Action: z.string(),
  Actor: z.looseObject({ ID: z.string(), Attributes: mapOf(z.string()) }),
  scope: z.string().optional(),
  /** Seconds since the epoch. */
  time: z.number(),
  /** Nanoseconds since the epoch, rounded to what a number can hold. */
  timeNano: z.number(),
});
export type EngineEventMessage = z.infer<typeof eventSchema>;

export async function engineVersion(client: EngineClient): Promise<EngineVersion> {
  return parseReply(versionSchema, await client.json('GET', '/version'));
}

export async function engineInfo(client: EngineClient): Promise<EngineInfo> {
  return parseReply(infoSchema, await client.json('GET', '/info'));
}

/** Problems with the engine's own data, as text for the user. */
export async function engineWarnings(client: EngineClient): Promise<string[]> {
  const { Warnings } = parseReply(
    infoSchema.pick({ Warnings: true }),
    await client.json('GET', '/info'),
  );
  return Warnings.map((warning) => warning.replace(/^WARNING: /, ''));
}

/** The engine's clock, RFC 3339; undefined if the engine doesn't report it. */
export async function engineTime(client: EngineClient): Promise<string | undefined> {
  const reply = await client.json('GET', '/info');
  return parseReply(infoSchema.pick({ SystemTime: true }), reply).SystemTime;
}

/**
 * GET /activity, Berth's own endpoint: active requests, without monitoring requests, and SSH
 * connections, including the host's own.
 */
export async function engineActivity(client: EngineClient): Promise<Activity> {
  return parseReply(activitySchema, await client.json('GET', '/activity'));
}

/**
 * POST /sleep, Berth's own endpoint: releases what can't be saved with the VM and flushes disks.
 * Rejects without changing anything while a container uses a shared folder.
 */
export async function prepareSleep(client: EngineClient, signal: AbortSignal): Promise<void> {
  await client.json('POST', '/sleep', { signal });
}

/** POST /wake: undoes `prepareSleep`. Idempotent. */
export async function wakeEngine(client: EngineClient): Promise<void> {
  await client.json('POST', '/wake');
}

/** GET /system/df. */
export async function diskUsage(client: EngineClient): Promise<DiskUsage> {
  return parseReply(diskUsageSchema, await client.json('GET', '/system/df'));
}

interface EventsOptions {
  readonly since?: string;
  readonly until?: string;
  readonly filters?: Filters;
  /** An idle VM may still sleep; then the stream fails. */
  readonly looksOn?: boolean;
  readonly signal?: AbortSignal;
}

/** GET /events: past events since `since`, then new ones until `until` or forever. */
export async function* engineEvents(
  client: EngineClient,
  { signal, looksOn, ...query }: EventsOptions = {},
): AsyncGenerator<EngineEventMessage, void, undefined> {
  const response = await client.stream('GET', '/events', {
    ...{ query, ...(signal && { signal }) },
    ...(looksOn && { headers: { [looksOnHeader]: '1' } }),
  });
  for await (const line of readJsonLines(response)) yield parseReply(eventSchema, line);
}

/** Removes anonymous volumes that no container uses. */
export async function pruneVolumes(client: EngineClient, filters: Filters = {}) {
  const reply = await client.json('POST', '/volumes/prune', { query: { filters } });
  return parseReply(
    z.looseObject({ VolumesDeleted: listOf(z.string()), SpaceReclaimed: number }),
    reply,
  );
}

/** Cancels a running build of any client, by its ID in the history. */
export async function cancelBuild(client: EngineClient, id: string): Promise<void> {
  await client.json('POST', '/build/cancel', { query: { id } });
}

/** Removes unused build cache, or with `all` the whole cache. */
export async function pruneBuildCache(
  client: EngineClient,
  options: {
    all?: boolean;
    filters?: Filters;
    'max-used-space'?: number | undefined;
    'min-free-space'?: number | undefined;
    'reserved-space'?: number | undefined;
  } = {},
) {
  const reply = await client.json('POST', '/build/prune', { query: { ...options } });
  return parseReply(
    z.looseObject({ CachesDeleted: listOf(z.string()), SpaceReclaimed: number }),
    reply,
  );
}
