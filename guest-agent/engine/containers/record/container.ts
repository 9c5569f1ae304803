import * as z from 'zod';
import { containerConfigSchema, hostConfigSchema } from '../request/config.ts';
import { endpointSchema } from './endpoint.ts';
import { healthSchema } from './health.ts';
import { publishedPortSchema } from './published-port.ts';

/**
 * created → running ⇄ paused → exited → running …; `restarting` between two runs of a restart
 * policy; `removing` and then gone; `dead` when removal failed half way.
 */
export const statusSchema = z.enum([
  'created',
  'running',
  'paused',
  'restarting',
  'exited',
  'removing',
  'dead',
]);
export type ContainerStatus = z.infer<typeof statusSchema>;

const stateSchema = z.object({
  status: statusSchema,
  /** Process 1 of the container, as the guest numbers it; 0 when not running. */
  pid: z.int(),
  /** The monitor (conmon) of the present run; 0 when not running. */
  monitorPid: z.int(),
  /** The guest boot in which `pid` means anything (/proc/sys/kernel/random/boot_id). */
  bootId: z.string(),
  exitCode: z.int(),
  oomKilled: z.boolean(),
  error: z.string(),
  startedAt: z.iso.datetime().nullable(),
  finishedAt: z.iso.datetime().nullable(),
  restartCount: z.int(),
  /** A person stopped it: `unless-stopped` and `always` don't start it again before a restart. */
  stoppedByHand: z.boolean(),
  /** Null where no health check is in force. */
  health: healthSchema.nullish().transform((health) => health ?? null),
});
export type ContainerState = z.infer<typeof stateSchema>;

const mountPointSchema = z.object({
  type: z.enum(['bind', 'volume', 'tmpfs', 'image']),
  /** Volume name; empty for others. */
  name: z.string(),
  /** Path in the guest, or an image's ID; empty for tmpfs. */
  source: z.string(),
  destination: z.string(),
  readOnly: z.boolean(),
  /** Made for this container alone and removed with it (`rm -v`, `--rm`). */
  anonymous: z.boolean(),
  /** Mount options of a tmpfs, or those given after a bind's second colon. */
  options: z.array(z.string()),
  /** The part of a volume or image that is mounted; empty for all of it. */
  subpath: z.string().default(''),
  /** Binds only (kernel documentation, filesystems/sharedsubtree). */
  propagation: z.string().default(''),
  /** Binds only: what is mounted below the source stays out. */
  nonRecursive: z.boolean().default(false),
  /** Read-only only at the top, not for what is mounted below. */
  readOnlyNonRecursive: z.boolean().default(false),
  /** Images only: diff IDs, lowest first. */
  layers: z.array(z.string()).default([]),
});
export type MountPoint = z.infer<typeof mountPointSchema>;

/** Everything that is known of a container; its durable form is one JSON file. */
export const containerRecordSchema = z.object({
  id: z.string().regex(/^[0-9a-f]{64}$/),
  name: z.string(),
  createdAt: z.iso.datetime(),
  /** Image ID (`sha256:…`); `config.Image` keeps the name that the user gave. */
  image: z.string(),
  /** Diff IDs, lowest first: a container keeps its layers even when its image is removed. */
  layers: z.array(z.string()),
  config: containerConfigSchema,
  hostConfig: hostConfigSchema,
  /** The process: entrypoint and command joined. */
  argv: z.array(z.string()),
  mounts: z.array(mountPointSchema),
  /** By network name; addresses are empty while not running. */
  endpoints: z.record(z.string(), endpointSchema),
  /** Ports of the machine that the present run has. */
  publishedPorts: z.array(publishedPortSchema).default([]),
  state: stateSchema,
});
export type ContainerRecord = z.infer<typeof containerRecordSchema>;

export const initialState: ContainerState = {
  status: 'created',
  pid: 0,
  monitorPid: 0,
  bootId: '',
  exitCode: 0,
  oomKilled: false,
  error: '',
  startedAt: null,
  finishedAt: null,
  restartCount: 0,
  stoppedByHand: false,
  health: null,
};

/** Running in the sense of Docker's `State.Running`: paused and restarting count too. */
export function isActive(record: ContainerRecord): boolean {
  return ['running', 'paused', 'restarting'].includes(record.state.status);
}

/** Has a live process. */
export function hasProcess(record: ContainerRecord): boolean {
  return record.state.status === 'running' || record.state.status === 'paused';
}

/** Diff IDs of all layers that a container needs: its own image's and those it mounts. */
export function layersOf({ layers, mounts }: ContainerRecord): string[] {
  return [...layers, ...mounts.flatMap((point) => point.layers)];
}
