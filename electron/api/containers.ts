import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
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

export const containerSchema = z.object({
  /** 64 hexadecimal digits. */
  id: z.string(),
  /** Without the leading slash. */
  name: z.string(),
  image: z.string(),
  /** Of the image that it was made of. */
  imageId: z.string(),
  command: z.string(),
  state: containerStateSchema,
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
  kill: procedure.input(target).output(z.void()),
  /** Fails with 'conflict' for a running container unless forced. */
  remove: procedure.input(target.extend({ force: z.boolean() })).output(z.void()),
};
