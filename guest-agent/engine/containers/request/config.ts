import * as z from 'zod';
import { flag, strings, text, textMap, whole } from '../../request-fields.ts';
import { endpointRequestSchema } from '../request/endpoint-request.ts';
import { healthConfigSchema } from './health-config.ts';
import { resourceFields } from './resource-fields.ts';

/*
 * A client's request for a new container (`ContainerConfig` and `HostConfig` of the Engine API),
 * normalized. Go clients send null for fields without a value, so null means the default too, and
 * the saved record has every field. Unknown fields are dropped.
 */

const keys = z
  .record(z.string(), z.looseObject({}).nullish())
  .nullish()
  .transform((value) =>
    Object.fromEntries(Object.keys(value ?? {}).map((key) => [key, {}] as const)),
  );
/** A command. Docker accepts a list or a bare string. Null means the image's command. */
const command = z
  .union([z.array(z.string()), z.string()])
  .nullish()
  .transform((value) => (value == null ? null : typeof value === 'string' ? [value] : value));

/** The container's process and its environment. */
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
  Labels: textMap,
  StopSignal: z.string().nullish(),
  /** In seconds. */
  StopTimeout: z.int().nullish(),
  Healthcheck: healthConfigSchema.nullish(),
  /** The shell for the shell form of commands and health checks; by default the image's. */
  Shell: z.array(z.string()).nullish(),
});
export type ContainerConfig = z.infer<typeof containerConfigSchema>;

export const portBindingSchema = z.object({ HostIp: text, HostPort: text });
export type PortBinding = z.infer<typeof portBindingSchema>;

export const mountRequestSchema = z.object({
  /** Checked with the rest of the mount, in Docker's words. */
  Type: text,
  Source: text,
  Target: z.string().min(1),
  ReadOnly: flag,
  BindOptions: z
    .object({
      Propagation: text,
      NonRecursive: flag,
      CreateMountpoint: flag,
      ReadOnlyNonRecursive: flag,
      ReadOnlyForceRecursive: flag,
      /** Not Docker's: mount only this part of the source, and nothing outside of the source. */
      Subpath: text,
    })
    .nullish(),
  VolumeOptions: z
    .object({
      NoCopy: flag,
      Labels: textMap,
      DriverConfig: z.object({ Name: text, Options: textMap }).nullish(),
      Subpath: text,
    })
    .nullish(),
  TmpfsOptions: z
    .object({
      SizeBytes: whole,
      Mode: whole,
      Options: z.array(z.array(z.string())).nullish(),
    })
    .nullish(),
  ImageOptions: z.object({ Subpath: text }).nullish(),
});
export type MountRequest = z.infer<typeof mountRequestSchema>;

/** The container's resources, and its connections to the host. */
export const hostConfigSchema = z.object({
  Binds: strings,
  Mounts: z
    .array(mountRequestSchema)
    .nullish()
    .transform((value) => value ?? []),
  Tmpfs: textMap,
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
  CapAdd: strings,
  CapDrop: strings,
  SecurityOpt: strings,
  GroupAdd: strings,
  Dns: strings,
  DnsOptions: strings,
  DnsSearch: strings,
  ExtraHosts: strings,
  /** Containers on the default bridge under aliases: "container:name". */
  Links: strings,
  PidMode: text,
  IpcMode: text,
  UTSMode: text,
  UsernsMode: text,
  CgroupnsMode: text,
  /** In bytes; 0 means Docker's 64 MiB. */
  ShmSize: whole,
  Sysctls: textMap,
  /** The [height, width] of the terminal. */
  ConsoleSize: z.tuple([z.int(), z.int()]).nullish(),
  OomScoreAdj: whole,
  LogConfig: z
    .object({ Type: text, Config: textMap })
    .nullish()
    .transform((value) => value ?? { Type: '', Config: {} }),
  Annotations: textMap,
  /** The name of the OCI runtime; empty means the default. */
  Runtime: text,
  VolumeDriver: text,
  Isolation: text,
  /** Null means Docker's default lists. */
  MaskedPaths: z.array(z.string()).nullish(),
  ReadonlyPaths: z.array(z.string()).nullish(),
  ...resourceFields,
});
export type HostConfig = z.infer<typeof hostConfigSchema>;

/** Body of `POST /containers/create`. */
export const createRequestSchema = z.intersection(
  containerConfigSchema,
  z.object({
    HostConfig: hostConfigSchema
      .nullish()
      .transform((value) => value ?? hostConfigSchema.parse({})),
    /** Before API 1.44: the MAC address on the network of `NetworkMode`. */
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
