import * as z from 'zod';
import { berthSummarySchema } from '../../../guest-agent/contract/endpoints/container-summary.ts';
import { listOf, mapOf, number, text } from './connection/reply.ts';

/**
 * The parts of the engine's container documents that Berth reads; the rest is passed through
 * unchanged.
 */

export const portSchema = z.looseObject({
  IP: z.string().optional(),
  PrivatePort: z.number(),
  PublicPort: z.number().optional(),
  Type: z.string(),
});
export type ContainerPort = z.infer<typeof portSchema>;

/** `EndpointSettings`: addresses are empty while the container is stopped. */
export const endpointSchema = z.looseObject({
  IPAddress: text,
  GlobalIPv6Address: text,
  Gateway: text,
  MacAddress: text,
  Aliases: listOf(z.string()),
  Links: listOf(z.string()),
  IPAMConfig: z.unknown().optional(),
  DriverOpts: z.unknown().optional(),
  GwPriority: number,
});

export const mountSchema = z.looseObject({
  Type: text,
  /** The name of a volume. */
  Name: z.string().optional(),
  Source: text,
  Destination: text,
  Driver: z.string().optional(),
  RW: z.boolean().optional(),
});

/** One row of GET /containers/json. */
export const containerSummarySchema = z.looseObject({
  Id: z.string(),
  Names: listOf(z.string()),
  Image: z.string(),
  ImageID: z.string(),
  Command: z.string(),
  /** Seconds since the epoch. */
  Created: z.number(),
  State: z.string(),
  /** Display text: "Up 3 seconds", "Exited (0) 5 seconds ago". */
  Status: z.string(),
  Ports: listOf(portSchema),
  Labels: mapOf(z.string()),
  Mounts: listOf(mountSchema),
  NetworkSettings: z
    .looseObject({ Networks: mapOf(endpointSchema) })
    .nullish()
    .transform((settings) => settings ?? { Networks: {} }),
  /** Bytes; only if sizes were requested. */
  SizeRw: z.number().optional(),
  SizeRootFs: z.number().optional(),
  /** Only Berth's engine reports this. */
  Berth: berthSummarySchema.optional(),
});
export type ContainerSummary = z.infer<typeof containerSummarySchema>;

export const createdSchema = z.looseObject({ Id: z.string(), Warnings: listOf(z.string()) });

export const updatedSchema = z.looseObject({ Warnings: listOf(z.string()) });

export const waitSchema = z.looseObject({
  StatusCode: z.number(),
  Error: z.looseObject({ Message: z.string().optional() }).nullish(),
});

export const topSchema = z.looseObject({
  Titles: listOf(z.string()),
  Processes: listOf(z.array(z.string())),
});

/** POST /containers/prune. */
export const containersPrunedSchema = z.looseObject({
  ContainersDeleted: listOf(z.string()),
  /** Bytes. */
  SpaceReclaimed: number,
});
