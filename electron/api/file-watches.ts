import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { procedure } from './failure.ts';
import { projectEventSchema } from './project-events.ts';

/** What was done about changed files, as the file's `develop.watch` says. */
const actionSchema = z.object({
  type: z.literal('action'),
  action: z.enum(['sync', 'rebuild', 'restart', 'exec']),
  state: z.enum(['working', 'done']),
  services: z.array(z.string()),
  /** The number of changed files, if the action is about files. */
  files: z.number().int().optional(),
});
export type WatchAction = z.infer<typeof actionSchema>;

const watchEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('started') }),
  actionSchema,
  /** Something failed, and watching continues. */
  z.object({ type: z.literal('problem'), text: z.string() }),
  z.object({
    type: z.literal('ended'),
    reason: z.enum(['stopped', 'project-down', 'failed']),
    /** What failed. */
    text: z.string().optional(),
  }),
]);
export type WatchEvent = z.infer<typeof watchEventSchema>;

const watchEntrySchema = z.object({
  id: z.number().int(),
  at: z.iso.datetime(),
  event: watchEventSchema,
});
export type WatchEntry = z.infer<typeof watchEntrySchema>;

/** The watched files of a project. */
export const fileWatchSchema = z.object({
  project: z.string(),
  active: z.boolean(),
  /** The last events, newest first. */
  entries: z.array(watchEntrySchema),
});
export type FileWatch = z.infer<typeof fileWatchSchema>;

/** Watching lasts until it is stopped, the project is taken down, or the app ends. */
export const fileWatchProcedures = {
  /** The watches since the app's start, and again after each event. */
  watch: procedure.output(eventIterator(z.array(fileWatchSchema))),
  /** Builds and starts the project, and ends when its files are watched. */
  start: procedure
    .input(z.object({ files: z.array(z.string().min(1)).min(1) }))
    .output(eventIterator(projectEventSchema)),
  /** Leaves the project running. */
  stop: procedure.input(z.object({ project: z.string().min(1) })).output(z.void()),
};
