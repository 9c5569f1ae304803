import * as z from 'zod';
import { listOf, mapOf } from './connection/reply.ts';

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
const endpointSchema = z.looseObject({
  IPAddress: z.string().optional(),
  GlobalIPv6Address: z.string().optional(),
  MacAddress: z.string().optional(),
  Aliases: listOf(z.string()),
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
  Mounts: listOf(
    z.looseObject({
      Name: z.string().optional(),
      Source: z.string().optional(),
      Driver: z.string().optional(),
    }),
  ),
  NetworkSettings: z
    .looseObject({ Networks: mapOf(endpointSchema) })
    .nullish()
    .transform((settings) => settings ?? { Networks: {} }),
  /** Bytes; only if sizes were requested. */
  SizeRw: z.number().optional(),
  SizeRootFs: z.number().optional(),
});
export type ContainerSummary = z.infer<typeof containerSummarySchema>;

/** GET /containers/{id}/json. */
export const containerDetailsSchema = z.looseObject({
  Id: z.string(),
  /** With a leading slash. */
  Name: z.string(),
  State: z.looseObject({
    Status: z.string(),
    Running: z.boolean(),
    Paused: z.boolean().optional(),
    Restarting: z.boolean().optional(),
    ExitCode: z.number(),
    Error: z.string().optional(),
    StartedAt: z.string().optional(),
    FinishedAt: z.string().optional(),
  }),
  Config: z.looseObject({
    Image: z.string(),
    Tty: z.boolean(),
    OpenStdin: z.boolean(),
    StdinOnce: z.boolean().optional(),
    Env: listOf(z.string()),
    Cmd: listOf(z.string()),
    Labels: mapOf(z.string()),
  }),
  HostConfig: z.looseObject({ AutoRemove: z.boolean().optional() }),
  NetworkSettings: z.looseObject({
    Ports: mapOf(listOf(z.looseObject({ HostIp: z.string(), HostPort: z.string() }))),
  }),
});
export type ContainerDetails = z.infer<typeof containerDetailsSchema>;

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
  SpaceReclaimed: z
    .number()
    .nullish()
    .transform((bytes) => bytes ?? 0),
});
