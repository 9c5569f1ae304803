import * as z from 'zod';
import { defined } from '../../../guest-agent/grammar/defined.ts';
import type { HostConfig } from '../../../guest-agent/grammar/engine-types.ts';

/**
 * The requested part of a container's HostConfig: without empty values and the engine's defaults.
 */

const text = z
  .string()
  .nullish()
  .transform((value) => value || undefined);
const number = z
  .number()
  .nullish()
  .transform((value) => value || undefined);
const flag = z
  .boolean()
  .nullish()
  .transform((value) => value || undefined);
const list = <Item extends z.ZodType>(item: Item) =>
  z
    .array(item)
    .nullish()
    .transform((items) => (items?.length ? items : undefined));
const texts = list(z.string());
const map = z
  .record(z.string(), z.string())
  .nullish()
  .transform((entries) => (entries && Object.keys(entries).length > 0 ? entries : undefined));
const throttles = list(z.object({ Path: z.string(), Rate: z.number() }));

/** Drops values that are an engine's defaults. */
const unless = (...usual: readonly string[]) =>
  text.transform((value) => (value === undefined || usual.includes(value) ? undefined : value));

const requestedSchema = z.object({
  Annotations: map,
  BlkioDeviceReadBps: throttles,
  BlkioDeviceReadIOps: throttles,
  BlkioDeviceWriteBps: throttles,
  BlkioDeviceWriteIOps: throttles,
  BlkioWeight: number,
  BlkioWeightDevice: list(z.object({ Path: z.string(), Weight: z.number() })),
  CapAdd: texts,
  CapDrop: texts,
  CgroupParent: text,
  CgroupnsMode: unless('private'),
  CpuPeriod: number,
  CpuQuota: number,
  CpuRealtimePeriod: number,
  CpuRealtimeRuntime: number,
  CpuShares: number,
  CpusetCpus: text,
  CpusetMems: text,
  DeviceCgroupRules: texts,
  Devices: list(
    z.object({
      PathOnHost: z.string(),
      PathInContainer: z.string(),
      CgroupPermissions: z.string(),
    }),
  ),
  Dns: texts,
  DnsOptions: texts,
  DnsSearch: texts,
  ExtraHosts: texts,
  GroupAdd: texts,
  Init: flag,
  IpcMode: unless('private'),
  LogConfig: z
    .object({ Type: z.string(), Config: map })
    .nullish()
    .transform((log) => (log && (log.Config || log.Type !== 'json-file') ? log : undefined)),
  Memory: number,
  MemoryReservation: number,
  MemorySwap: number,
  MemorySwappiness: number,
  NanoCpus: number,
  OomKillDisable: flag,
  OomScoreAdj: number,
  PidMode: text,
  PidsLimit: number,
  Privileged: flag,
  PublishAllPorts: flag,
  ReadonlyRootfs: flag,
  Runtime: unless('crun', 'runc'),
  SecurityOpt: texts,
  ShmSize: number.transform((bytes) => (bytes === 64 * 1024 ** 2 ? undefined : bytes)),
  StorageOpt: map,
  Sysctls: map,
  Tmpfs: map,
  UTSMode: text,
  Ulimits: list(z.object({ Name: z.string(), Soft: z.number(), Hard: z.number() })),
  UsernsMode: text,
  VolumeDriver: text,
  VolumesFrom: texts,
});

/**
 * The HostConfig settings that the user chose. Throws ZodError if the document isn't a HostConfig.
 */
export function requestedHostConfig(hostConfig: unknown): HostConfig {
  const { LogConfig, MemorySwap, ...rest } = requestedSchema.parse(hostConfig);
  // By default, an engine allows as much swap as memory.
  const isUsualSwap = MemorySwap === 2 * (rest.Memory ?? 0);
  return defined({
    ...rest,
    LogConfig: LogConfig && { Type: LogConfig.Type, Config: LogConfig.Config ?? {} },
    MemorySwap: isUsualSwap ? undefined : MemorySwap,
  }) as HostConfig;
}
