import * as z from 'zod';
import { containerConfigSchema, hostConfigSchema } from '../request/config.ts';
import { endpointSchema } from './endpoint.ts';
import { healthSchema } from './health.ts';
import { publishedPortSchema } from './published-port.ts';

/**
 * created → running ⇄ paused → exited → running …; `restarting` between two runs of a restart
 * policy; `removing` before the container is gone; `dead` if the removal failed.
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
  /** Process 1 of the container, as the guest's process ID; 0 if it isn't running. */
  pid: z.int(),
  /** The monitor (conmon) of the current run; 0 if it isn't running. */
  monitorPid: z.int(),
  /** The guest boot in which `pid` is valid (/proc/sys/kernel/random/boot_id). */
  bootId: z.string(),
  exitCode: z.int(),
  oomKilled: z.boolean(),
  error: z.string(),
  startedAt: z.iso.datetime().nullable(),
  finishedAt: z.iso.datetime().nullable(),
  restartCount: z.int(),
  /**
   * A user stopped the container. It stays stopped until the VM restarts (`always`), or longer
   * (`unless-stopped`).
   */
  stoppedByHand: z.boolean(),
  /** Null without a health check. */
  health: healthSchema.nullish().transform((health) => health ?? null),
});
export type ContainerState = z.infer<typeof stateSchema>;

const mountPointSchema = z.object({
  type: z.enum(['bind', 'volume', 'tmpfs', 'image']),
  /** The volume's name; empty for other types. */
  name: z.string(),
  /** The path in the guest, or an image's ID; empty for tmpfs. */
  source: z.string(),
  destination: z.string(),
  readOnly: z.boolean(),
  /** Created for this container only and removed with it (`rm -v`, `--rm`). */
  anonymous: z.boolean(),
  /** Mount options of a tmpfs, or the options after a bind mount's second colon. */
  options: z.array(z.string()),
  /** The mounted part of the source, which can't be outside of it; empty for all of it. */
  subpath: z.string().default(''),
  /** Bind mounts only (kernel documentation, filesystems/sharedsubtree). */
  propagation: z.string().default(''),
  /** Bind mounts only: don't include mounts below the source. */
  nonRecursive: z.boolean().default(false),
  /** Read-only only at the top, not for mounts below. */
  readOnlyNonRecursive: z.boolean().default(false),
  /** Images only: diff IDs, lowest first. */
  layers: z.array(z.string()).default([]),
});
export type MountPoint = z.infer<typeof mountPointSchema>;

/** All that is known about a container. Saved as one JSON file. */
export const containerRecordSchema = z.object({
  id: z.string().regex(/^[0-9a-f]{64}$/),
  name: z.string(),
  createdAt: z.iso.datetime(),
  /** Image ID (`sha256:…`). `config.Image` has the name that the user gave. */
  image: z.string(),
  /** Diff IDs, lowest first. A container keeps its layers even if its image is removed. */
  layers: z.array(z.string()),
  config: containerConfigSchema,
  hostConfig: hostConfigSchema,
  /** The command line: entrypoint and command joined. */
  argv: z.array(z.string()),
  mounts: z.array(mountPointSchema),
  /** By network name. Addresses are empty while the container doesn't run. */
  endpoints: z.record(z.string(), endpointSchema),
  /** The VM's ports of the current run. */
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

/** Running in the sense of Docker's `State.Running`, which includes paused and restarting. */
export function isActive(record: ContainerRecord): boolean {
  return ['running', 'paused', 'restarting'].includes(record.state.status);
}

/** Whether the container has a live process. */
export function hasProcess(record: ContainerRecord): boolean {
  return record.state.status === 'running' || record.state.status === 'paused';
}

/** Diff IDs of all layers that a container needs: its own image's and those of mounted images. */
export function layersOf({ layers, mounts }: ContainerRecord): string[] {
  return [...layers, ...mounts.flatMap((point) => point.layers)];
}
