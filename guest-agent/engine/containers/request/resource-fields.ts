import * as z from 'zod';
import { strings, text, whole } from '../../request-fields.ts';

/*
 * `Resources` of the Engine API: a container's resource limits. `POST /containers/{id}/update`
 * accepts the same fields as the creation of a container. Zero or absent means "no limit" at the
 * creation, and "unchanged" in an update.
 */

const list = <Item extends z.ZodType>(item: Item) =>
  z
    .array(item)
    .nullish()
    .transform((value) => value ?? []);
const weight = z.object({ Path: z.string(), Weight: z.int().nonnegative() });
const throttle = z.object({ Path: z.string(), Rate: z.int().nonnegative() });

export const resourceFields = {
  /** In bytes; 0 means no limit. */
  Memory: whole,
  /** Memory and swap together in bytes; -1 means no limit on swap. */
  MemorySwap: whole,
  MemoryReservation: whole,
  MemorySwappiness: z.int().nullish(),
  KernelMemory: whole,
  OomKillDisable: z.boolean().nullish(),
  /** CPUs in units of 10^-9. */
  NanoCpus: whole,
  CpuShares: whole,
  /** In microseconds. */
  CpuPeriod: whole,
  CpuQuota: whole,
  CpuRealtimePeriod: whole,
  CpuRealtimeRuntime: whole,
  CpusetCpus: text,
  CpusetMems: text,
  PidsLimit: z.int().nullish(),
  BlkioWeight: whole,
  BlkioWeightDevice: list(weight),
  BlkioDeviceReadBps: list(throttle),
  BlkioDeviceWriteBps: list(throttle),
  BlkioDeviceReadIOps: list(throttle),
  BlkioDeviceWriteIOps: list(throttle),
  Ulimits: list(z.object({ Name: z.string(), Soft: z.int(), Hard: z.int() })),
  Devices: list(z.object({ PathOnHost: text, PathInContainer: text, CgroupPermissions: text })),
  /** `c 1:3 rwm`: see cgroup v1's devices controller. */
  DeviceCgroupRules: strings,
  DeviceRequests: list(
    z.object({
      Driver: text,
      Count: z
        .int()
        .nullish()
        .transform((count) => count ?? 0),
      DeviceIDs: z.array(z.string()).nullable().default(null),
      Capabilities: list(z.array(z.string())),
      Options: z.record(z.string(), z.string()).nullable().default(null),
    }),
  ),
  CgroupParent: text,
  CpuPercent: whole,
  IOMaximumIOps: whole,
  IOMaximumBandwidth: whole,
};

/** The limits for each disk in an update: absent means unchanged, and an empty list removes them. */
export const diskFields = {
  BlkioWeightDevice: z.array(weight).nullish(),
  BlkioDeviceReadBps: z.array(throttle).nullish(),
  BlkioDeviceWriteBps: z.array(throttle).nullish(),
  BlkioDeviceReadIOps: z.array(throttle).nullish(),
  BlkioDeviceWriteIOps: z.array(throttle).nullish(),
};
export type DiskFields = keyof typeof diskFields;

const resourcesSchema = z.object(resourceFields);
export type Resources = z.infer<typeof resourcesSchema>;
