import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { containerDetailsSchema } from './container-details.ts';
import { procedure } from './failure.ts';
import { mountRequestSchema, portRequestSchema, runRequestSchema } from './run.ts';

const containerStateSchema = z.enum([
  'created',
  'running',
  'paused',
  'restarting',
  'removing',
  'exited',
  'dead',
]);
export type ContainerState = z.infer<typeof containerStateSchema>;

/** A container port on an address of the host. */
export const containerPortSchema = z.object({
  /** `0.0.0.0` and `::` stand for all addresses. */
  address: z.string(),
  port: z.number().int(),
  containerPort: z.number().int(),
  protocol: z.enum(['tcp', 'udp', 'sctp']),
});
export type ContainerPort = z.infer<typeof containerPortSchema>;

export const containerSchema = z.object({
  /** 64 hexadecimal digits. */
  id: z.string(),
  /** Without the leading slash. */
  name: z.string(),
  image: z.string(),
  /** `sha256:` and 64 hexadecimal digits. */
  imageId: z.string(),
  command: z.string(),
  state: containerStateSchema,
  /** Only for a running container with a health check. */
  health: z.enum(['starting', 'healthy', 'unhealthy']).optional(),
  /** The compose project and the service that the container belongs to. */
  project: z.string().optional(),
  service: z.string().optional(),
  /** Published ports while the container runs. A port on all addresses is listed once. */
  ports: z.array(containerPortSchema),
  /** The main process has a terminal and reads from it. */
  interactive: z.boolean(),
  createdAt: z.iso.datetime(),
  /** When the current run started; absent unless the container is running or paused. */
  startedAt: z.iso.datetime().optional(),
  /** The exit code of the last run; absent before the first run has ended. */
  exitCode: z.number().int().optional(),
  /** Only for an exited container: when its last run ended, and whether memory ran out. */
  finishedAt: z.iso.datetime().optional(),
  outOfMemory: z.boolean().optional(),
});
export type Container = z.infer<typeof containerSchema>;

/** A container's ID or name. */
const target = z.object({ id: z.string().min(1) });

/** A container's limits. Absent keys don't change; null removes a limit. */
export const limitsSchema = z.object({
  /** CPUs, with a fraction. */
  cpus: z.number().positive().nullable().optional(),
  /** Bytes. */
  memory: z.number().int().positive().nullable().optional(),
  /** Processes. */
  pids: z.number().int().positive().nullable().optional(),
  restart: z
    .object({
      policy: z.enum(['no', 'always', 'unless-stopped', 'on-failure']),
      /** Only with `on-failure`; 0 means unlimited. */
      retries: z.number().int().min(0),
    })
    .optional(),
});
export type Limits = z.infer<typeof limitsSchema>;

/** What a container's edit can change. */
export const containerEditSchema = z.object({
  image: z.string().min(1),
  /** The words of the command; absent for the image's default. */
  command: z.array(z.string()).optional(),
  /** `NAME=value` each, without the image's own variables. */
  env: z.array(z.string()),
  ports: z.array(portRequestSchema),
  /** Volumes and host folders. */
  mounts: z.array(mountRequestSchema),
});
export type ContainerEdit = z.infer<typeof containerEditSchema>;

/** A step of a container's update. */
export const renewalSchema = z.discriminatedUnion('step', [
  /** `fraction`: between 0 and 1 of the known downloads. */
  z.object({ step: z.literal('pull'), text: z.string(), fraction: z.number().optional() }),
  z.object({ step: z.enum(['create', 'replace']) }),
  /** Always last: the new container, or the same one if there was no newer image. */
  z.object({ step: z.literal('done'), id: z.string(), renewed: z.boolean() }),
]);
export type Renewal = z.infer<typeof renewalSchema>;

export const containerProcedures = {
  /** All containers, running or not, newest first. */
  list: procedure.output(z.array(containerSchema)),
  /** The present list, and again after each change. */
  watch: procedure.output(eventIterator(z.array(containerSchema))),
  /** Creates and starts a container from a local image. Returns the engine's warnings. */
  run: procedure
    .input(runRequestSchema)
    .output(z.object({ id: z.string(), warnings: z.array(z.string()) })),
  start: procedure.input(target).output(z.void()),
  stop: procedure.input(target).output(z.void()),
  restart: procedure.input(target).output(z.void()),
  pause: procedure.input(target).output(z.void()),
  unpause: procedure.input(target).output(z.void()),
  kill: procedure.input(target).output(z.void()),
  rename: procedure.input(target.extend({ name: z.string().min(1) })).output(z.void()),
  /**
   * Saves the container's files as an image, and returns the image's ID. The container is paused
   * meanwhile.
   */
  commit: procedure
    .input(target.extend({ reference: z.string().min(1) }))
    .output(z.object({ id: z.string() })),
  /** Fails with 'conflict' for a running container unless forced. */
  remove: procedure.input(target.extend({ force: z.boolean() })).output(z.void()),
  /** Opens the files of a running container in the host's editor. */
  openInEditor: procedure.input(z.object({ name: z.string().min(1) })).output(z.void()),
  /** All details of a container. */
  inspect: procedure.input(target).output(containerDetailsSchema),
  /** Changes limits at once, even while the container runs. Returns the engine's warnings. */
  limit: procedure
    .input(target.extend({ limits: limitsSchema }))
    .output(z.object({ warnings: z.array(z.string()) })),
  /**
   * Pulls the newest image of the container's reference, and replaces the container with one that
   * is otherwise the same. The old container is removed once the new one runs, and comes back if it
   * doesn't. Ending the iteration early cancels the update until the old container was stopped.
   */
  renew: procedure.input(target).output(eventIterator(renewalSchema)),
  /** What `edit` would change, as it is now. */
  editable: procedure.input(target).output(containerEditSchema),
  /**
   * Replaces the container with one that differs only in the edit. The image must be in the VM. As
   * with `renew`, the old container comes back if the new one doesn't run.
   */
  edit: procedure
    .input(target.extend({ edit: containerEditSchema }))
    .output(eventIterator(renewalSchema)),
};
