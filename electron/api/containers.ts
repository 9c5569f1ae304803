import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { containerDetailsSchema } from './container-details.ts';
import { procedure } from './failure.ts';
import { runRequestSchema } from './run.ts';

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

/** A port of a container on an address of this computer. */
export const containerPortSchema = z.object({
  /** `0.0.0.0` and `::` are all of them. */
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
  /** Of a running container that is checked. */
  health: z.enum(['starting', 'healthy', 'unhealthy']).optional(),
  /** The compose project and the service in it that it belongs to. */
  project: z.string().optional(),
  service: z.string().optional(),
  /** Ports published while it runs; one on all addresses is there once. */
  ports: z.array(containerPortSchema),
  /** The main process has a terminal and reads from it. */
  interactive: z.boolean(),
  createdAt: z.iso.datetime(),
  /** Of the run under way; absent unless it is running or paused. */
  startedAt: z.iso.datetime().optional(),
  /** Of the last run; absent before the first one has ended. */
  exitCode: z.number().int().optional(),
});
export type Container = z.infer<typeof containerSchema>;

/** A container's ID or name. */
const target = z.object({ id: z.string().min(1) });

/** What a container may use; a key that is left out stays as it is, null takes the limit off. */
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
      /** Of `on-failure`; 0 means without end. */
      retries: z.number().int().min(0),
    })
    .optional(),
});
export type Limits = z.infer<typeof limitsSchema>;

/** What renewing a container is doing. */
export const renewalSchema = z.discriminatedUnion('step', [
  /** `fraction`: between 0 and 1, of what is known to be downloaded. */
  z.object({ step: z.literal('pull'), text: z.string(), fraction: z.number().optional() }),
  z.object({ step: z.enum(['create', 'replace']) }),
  /** Always last: the container in its place; the same one when there was nothing newer. */
  z.object({ step: z.literal('done'), id: z.string(), renewed: z.boolean() }),
]);
export type Renewal = z.infer<typeof renewalSchema>;

export const containerProcedures = {
  /** All containers, running or not, newest first. */
  list: procedure.output(z.array(containerSchema)),
  /** The list again each time that it changes, beginning with the present one. */
  watch: procedure.output(eventIterator(z.array(containerSchema))),
  /** Creates and starts a container of an image that is present; with what the engine warns of. */
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
  /** Makes an image of its files as they are, and answers the image's ID. It is paused meanwhile. */
  commit: procedure
    .input(target.extend({ reference: z.string().min(1) }))
    .output(z.object({ id: z.string() })),
  /** Fails with 'conflict' for a running container unless forced. */
  remove: procedure.input(target.extend({ force: z.boolean() })).output(z.void()),
  /** All there is to know of one. */
  inspect: procedure.input(target).output(containerDetailsSchema),
  /** Changes limits at once, of a running container too. Answers the engine's warnings. */
  limit: procedure
    .input(target.extend({ limits: limitsSchema }))
    .output(z.object({ warnings: z.array(z.string()) })),
  /**
   * Pulls the newest image of the container's reference and puts a container of it, otherwise the
   * same, in its place. The old one goes once the new one runs, and comes back when it does not.
   * Ending the iteration early cancels it, as long as the old one has not been stopped.
   */
  renew: procedure.input(target).output(eventIterator(renewalSchema)),
};
