import * as z from 'zod';
import { configSchema } from './config-schema.ts';
import { flag, listOf, mapOf, number, text } from './connection/reply.ts';
import { endpointSchema, mountSchema } from './container-schemas.ts';

const hostConfigSchema = z.looseObject({
  Binds: listOf(z.string()),
  Mounts: listOf(z.looseObject({ Target: text })),
  NetworkMode: text,
  PortBindings: mapOf(listOf(z.looseObject({ HostIp: text, HostPort: text }))),
  RestartPolicy: z.looseObject({ Name: text, MaximumRetryCount: number }).nullish(),
  AutoRemove: flag,
  Privileged: flag,
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

const healthSchema = z.looseObject({
  Status: z.string(),
  FailingStreak: number,
  Log: listOf(z.looseObject({ Start: text, ExitCode: number, Output: text })),
});

const stateSchema = z.looseObject({
  /** RFC 3339. */
  StartedAt: text,
  Status: text,
  Running: z.boolean(),
  Paused: flag,
  Restarting: flag,
  ExitCode: number,
  Health: healthSchema.nullish(),
});

/** The parts of GET /containers/{id}/json that Berth reads. */
export const containerInspectionSchema = z.looseObject({
  Id: z.string(),
  /** With a leading slash. */
  Name: z.string(),
  /** The image's ID. */
  Image: text,
  RestartCount: number,
  State: stateSchema,
  /** `Image`: as it was named. */
  Config: configSchema.extend({ Image: z.string() }),
  HostConfig: hostConfigSchema,
  Mounts: listOf(mountSchema),
  NetworkSettings: z.looseObject({
    Ports: mapOf(listOf(z.looseObject({ HostIp: z.string(), HostPort: z.string() }))),
    Networks: mapOf(endpointSchema),
  }),
});
export type ContainerInspection = z.output<typeof containerInspectionSchema>;
