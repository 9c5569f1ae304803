import { z } from 'zod';
import { endpointRequestSchema } from './endpoint.ts';
import { flag, text } from './request-fields.ts';

/*
 * What a client asks for when it creates a container (`ContainerConfig` and `HostConfig` of the
 * Engine API), normalised: Go clients send null for what they leave out, so null and absence mean
 * the default, and the stored record has every field. Fields that Berth doesn't know are dropped.
 */

const whole = z
  .int()
  .nullish()
  .transform((value) => value ?? 0);
const strings = z
  .array(z.string())
  .nullish()
  .transform((value) => value ?? []);
const labels = z
  .record(z.string(), z.string())
  .nullish()
  .transform((value) => value ?? {});
const keys = z
  .record(z.string(), z.looseObject({}).nullish())
  .nullish()
  .transform((value) =>
    Object.fromEntries(Object.keys(value ?? {}).map((key) => [key, {}] as const)),
  );
/** A command: Docker takes a list or a bare string; null means "the image's". */
const command = z
  .union([z.array(z.string()), z.string()])
  .nullish()
  .transform((value) => (value == null ? null : typeof value === 'string' ? [value] : value));

/** What runs and how it looks from inside. */
export const containerConfigSchema = z.object({
  Hostname: text,
  Domainname: text,
  User: text,
  AttachStdin: flag,
  AttachStdout: flag,
  AttachStderr: flag,
  ExposedPorts: keys,
  Tty: flag,
  OpenStdin: flag,
  StdinOnce: flag,
  Env: strings,
  Cmd: command,
  Image: text,
  Volumes: keys,
  WorkingDir: text,
  Entrypoint: command,
  Labels: labels,
  StopSignal: z.string().nullish(),
  /** Seconds. */
  StopTimeout: z.int().nullish(),
});
export type ContainerConfig = z.infer<typeof containerConfigSchema>;

export const portBindingSchema = z.object({ HostIp: text, HostPort: text });
export type PortBinding = z.infer<typeof portBindingSchema>;

const throttleSchema = z.object({ Path: z.string(), Rate: z.int().nonnegative() });

export const mountRequestSchema = z.object({
  Type: z.enum(['bind', 'volume', 'tmpfs']),
  Source: text,
  Target: z.string().min(1),
  ReadOnly: flag,
  TmpfsOptions: z.object({ SizeBytes: whole, Mode: whole }).nullish(),
});
export type MountRequest = z.infer<typeof mountRequestSchema>;

/** What the container may use, and how it is joined to its surroundings. */
export const hostConfigSchema = z.object({
  Binds: strings,
  Mounts: z
    .array(mountRequestSchema)
    .nullish()
    .transform((value) => value ?? []),
  Tmpfs: labels,
  NetworkMode: text,
  PortBindings: z
    .record(z.string(), z.array(portBindingSchema).nullish())
    .nullish()
    .transform((value) =>
      Object.fromEntries(
        Object.entries(value ?? {}).map(([port, bindings]) => [port, bindings ?? []] as const),
      ),
    ),
  RestartPolicy: z
    .object({
      Name: z
        .enum(['', 'no', 'always', 'unless-stopped', 'on-failure'])
        .nullish()
        .transform((value) => value || 'no'),
      MaximumRetryCount: whole,
    })
    .nullish()
    .transform((value) => value ?? { Name: 'no', MaximumRetryCount: 0 }),
  AutoRemove: flag,
  Privileged: flag,
  ReadonlyRootfs: flag,
  Init: z.boolean().nullish(),
  PublishAllPorts: flag,
  VolumesFrom: strings,
  Devices: z
    .array(z.looseObject({}))
    .nullish()
    .transform((value) => value ?? []),
  CapAdd: strings,
  CapDrop: strings,
  SecurityOpt: strings,
  GroupAdd: strings,
  Dns: strings,
  DnsOptions: strings,
  DnsSearch: strings,
  ExtraHosts: strings,
  /** Containers on the default bridge that this one knows by name: "container:name". */
  Links: strings,
  PidMode: text,
  IpcMode: text,
  UTSMode: text,
  CgroupnsMode: text,
  /** Bytes; 0 means Docker's 64 MiB. */
  ShmSize: whole,
  Sysctls: labels,
  /** [height, width] of the terminal. */
  ConsoleSize: z.tuple([z.int(), z.int()]).nullish(),
  OomScoreAdj: whole,
  // What cgroup v2 limits.
  /** Bytes; 0 means no limit. */
  Memory: whole,
  /** Memory and swap together, bytes; -1 means no limit on swap. */
  MemorySwap: whole,
  MemoryReservation: whole,
  /** CPUs in units of 10^-9. */
  NanoCpus: whole,
  CpuShares: whole,
  /** Microseconds. */
  CpuPeriod: whole,
  CpuQuota: whole,
  CpusetCpus: text,
  CpusetMems: text,
  PidsLimit: z.int().nullish(),
  BlkioWeight: whole,
  BlkioDeviceReadBps: z.array(throttleSchema).nullish(),
  BlkioDeviceWriteBps: z.array(throttleSchema).nullish(),
  BlkioDeviceReadIOps: z.array(throttleSchema).nullish(),
  BlkioDeviceWriteIOps: z.array(throttleSchema).nullish(),
  Ulimits: z.array(z.object({ Name: z.string(), Soft: z.int(), Hard: z.int() })).nullish(),
});
export type HostConfig = z.infer<typeof hostConfigSchema>;

/** Body of `POST /containers/create`. */
export const createRequestSchema = z.intersection(
  containerConfigSchema,
  z.object({
    HostConfig: hostConfigSchema
      .nullish()
      .transform((value) => value ?? hostConfigSchema.parse({})),
    /** Before API version 1.44: the MAC address on the network of `NetworkMode`. */
    MacAddress: text,
    NetworkingConfig: z
      .object({
        EndpointsConfig: z
          .record(z.string(), endpointRequestSchema)
          .nullish()
          .transform((value) => value ?? {}),
      })
      .nullish()
      .transform((value) => value?.EndpointsConfig ?? {}),
  }),
);
export type CreateRequest = z.infer<typeof createRequestSchema>;
