import * as z from 'zod';
import type { EngineClient } from '../engine/connection/client.ts';
import { listOf, mapOf, parseReply } from '../engine/connection/reply.ts';
import { imagePath } from '../engine/images.ts';

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');
const number = z
  .number()
  .nullish()
  .transform((value) => value ?? 0);

/**
 * A container's configuration, and the part its image supplies. An absent field means that nothing
 * was requested.
 */
const configSchema = z.looseObject({
  Hostname: text,
  User: text,
  WorkingDir: text,
  Env: listOf(z.string()),
  Cmd: listOf(z.string()),
  Entrypoint: listOf(z.string()),
  Labels: mapOf(z.string()),
  ExposedPorts: mapOf(z.unknown()),
  Volumes: mapOf(z.unknown()),
  Healthcheck: z.unknown().optional(),
  StopSignal: text,
  Tty: z.boolean().nullish(),
  OpenStdin: z.boolean().nullish(),
});
export type Config = z.output<typeof configSchema>;

const endpointSchema = z.looseObject({
  IPAddress: text,
  Gateway: text,
  MacAddress: text,
  Aliases: listOf(z.string()),
  Links: listOf(z.string()),
  IPAMConfig: z.unknown().optional(),
  DriverOpts: z.unknown().optional(),
  GwPriority: number,
});

const hostConfigSchema = z.looseObject({
  Binds: listOf(z.string()),
  Mounts: listOf(z.looseObject({ Target: text })),
  NetworkMode: text,
  PortBindings: mapOf(listOf(z.looseObject({ HostIp: text, HostPort: text }))),
  RestartPolicy: z.looseObject({ Name: text, MaximumRetryCount: number }).nullish(),
  AutoRemove: z.boolean().nullish(),
  Privileged: z.boolean().nullish(),
  CapAdd: listOf(z.string()),
  CapDrop: listOf(z.string()),
  /** Billionths of a CPU. */
  NanoCpus: number,
  /** Microseconds. */
  CpuQuota: number,
  CpuPeriod: number,
  Memory: number,
  MemorySwap: number,
  PidsLimit: number,
});

const mountSchema = z.looseObject({
  Type: z.string(),
  Name: z.string().optional(),
  Source: text,
  Destination: z.string(),
  RW: z.boolean().optional(),
});

const healthSchema = z.looseObject({
  Status: z.string(),
  FailingStreak: number,
  Log: listOf(z.looseObject({ Start: text, ExitCode: number, Output: text })),
});

/** The parts of GET /containers/{id}/json that this code reads. */
export const documentSchema = z.looseObject({
  Id: z.string(),
  /** With a leading slash. */
  Name: z.string(),
  /** The image's ID. */
  Image: z.string(),
  RestartCount: number,
  Config: configSchema.extend({ Image: z.string() }),
  HostConfig: hostConfigSchema,
  Mounts: listOf(mountSchema),
  NetworkSettings: z.looseObject({ Networks: mapOf(endpointSchema) }),
  State: z.looseObject({ Running: z.boolean(), Health: healthSchema.nullish() }),
});
export type ContainerDocument = z.output<typeof documentSchema>;

export const imageSchema = z.looseObject({ Id: z.string(), Config: configSchema.nullish() });

/** A container's document, both raw and parsed. */
export async function readDocument(
  client: EngineClient,
  id: string,
): Promise<{ raw: unknown; document: ContainerDocument }> {
  const raw = await client.json<unknown>('GET', `/containers/${encodeURIComponent(id)}/json`);
  return { raw, document: parseReply(documentSchema, raw) };
}

/** GET /images/{name}/json: an image's ID and the settings that its containers inherit. */
export async function readImageConfig(
  client: EngineClient,
  name: string,
): Promise<{ id: string; config: Config }> {
  const image = parseReply(imageSchema, await client.json('GET', imagePath(name, '/json')));
  return { id: image.Id, config: image.Config ?? configSchema.parse({}) };
}
