import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { procedure } from './failure.ts';
import { logLineSchema } from './logs.ts';
import { projectContentSchema } from './project-content.ts';
import { projectEventSchema } from './project-events.ts';

const portSchema = z.object({
  /** The container's port; without `published`, only containers reach it. */
  target: z.number(),
  published: z.number().optional(),
  protocol: z.string(),
});

const projectContainerSchema = z.object({
  id: z.string(),
  name: z.string(),
  service: z.string(),
  image: z.string(),
  state: z.string(),
  /** For people: `Up 3 seconds (healthy)`. */
  status: z.string(),
  /** Absent without a health check, and while the container doesn't run. */
  health: z.enum(['starting', 'healthy', 'unhealthy']).optional(),
  /** Absent unless the container has exited. */
  exitCode: z.number().optional(),
  ports: z.array(portSchema),
});
export type ProjectContainer = z.infer<typeof projectContainerSchema>;

export const projectSchema = z.object({
  name: z.string(),
  /** The folder of its files, absolute; absent if its containers don't name it. */
  directory: z.string().optional(),
  /** Compose files, absolute; later files override earlier ones. */
  files: z.array(z.string()),
  /** The project was opened in Berth. Other projects show only while they have containers. */
  remembered: z.boolean(),
  containers: z.array(projectContainerSchema),
});
export type Project = z.infer<typeof projectSchema>;

/** One change that starting a project would make. */
export const plannedStepSchema = z.object({
  action: z.enum(['pull', 'build', 'create', 'recreate', 'start', 'remove']),
  kind: z.enum(['image', 'network', 'volume', 'container']),
  name: z.string(),
  /** The reason: `its configuration changed`. */
  reason: z.string().optional(),
});
export type PlannedStep = z.infer<typeof plannedStepSchema>;

const files = z.array(z.string().min(1)).min(1);
/** A file with unsaved text, which replaces the text on disk. */
const edited = z.object({ files, file: z.string().min(1), text: z.string() });
const target = z.object({
  name: z.string().min(1),
  services: z.array(z.string()).optional(),
});
/** With files, their hooks run: `post_start` and `pre_stop`. */
const change = target.extend({ files: z.array(z.string().min(1)).optional() });
const events = eventIterator(projectEventSchema);

export const projectLogLineSchema = logLineSchema.extend({
  service: z.string(),
  /** Without the project's name: `web-1`. */
  container: z.string(),
});
export type ProjectLogLine = z.infer<typeof projectLogLineSchema>;

/** `version` changes with the file. `save` compares it to detect changes by others. */
const composeTextSchema = z.object({ text: z.string(), version: z.string() });

export const templateSchema = z.enum(['web-and-database', 'one-service']);

export const projectProcedures = {
  /** All projects, and again after each change. */
  watch: procedure.output(eventIterator(z.array(projectSchema))),
  /** Reads files without running anything. Returns problems instead of failing. */
  read: procedure.input(z.object({ files })).output(projectContentSchema),
  text: procedure.input(z.object({ file: z.string() })).output(composeTextSchema),
  /** The project as it would be with unsaved text. */
  check: procedure.input(edited).output(projectContentSchema),
  /** The changes that starting it would make. Fails with 'invalid' for a file with errors. */
  plan: procedure.input(edited).output(z.array(plannedStepSchema)),
  /** Returns the new version. Fails with 'conflict' if the file has changed since `version`. */
  save: procedure
    .input(z.object({ file: z.string(), text: z.string(), version: z.string().optional() }))
    .output(composeTextSchema.pick({ version: true })),
  /** Adds a compose file to the list. Returns the project's files, including its override file. */
  open: procedure.input(z.object({ file: z.string() })).output(z.array(z.string())),
  /** Removes it from the list; the file and the containers stay. */
  forget: procedure.input(z.object({ file: z.string() })).output(z.void()),
  /** Writes a compose file from a template into a folder, and opens it. Never replaces a file. */
  create: procedure
    .input(z.object({ directory: z.string().min(1), template: templateSchema }))
    .output(z.array(z.string())),
  /** Ending the iteration early stops between two steps. */
  up: procedure
    .input(
      z.object({
        files,
        services: z.array(z.string()).optional(),
        /** Leaves the services alone that these services depend on. */
        noDeps: z.boolean().optional(),
        build: z.boolean().optional(),
        pull: z.boolean().optional(),
        removeOrphans: z.boolean().optional(),
        scale: z.record(z.string(), z.number().int().min(0)).optional(),
      }),
    )
    .output(events),
  down: procedure
    .input(change.omit({ services: true }).extend({ volumes: z.boolean(), images: z.boolean() }))
    .output(events),
  start: procedure.input(change).output(events),
  stop: procedure.input(change).output(events),
  restart: procedure.input(change).output(events),
  /** Stops the services' containers and removes them, with their anonymous volumes. */
  remove: procedure.input(change).output(events),
  pull: procedure
    .input(z.object({ files, services: z.array(z.string()).optional() }))
    .output(events),
  /** The lines of all containers, several at a time, until the iteration is ended. */
  logs: procedure.input(target.extend({ tail: z.number().int().min(0) })).output(
    eventIterator(
      z.object({
        lines: z.array(projectLogLineSchema),
        /** All lines written before the logs were opened have arrived. */
        caughtUp: z.boolean(),
      }),
    ),
  ),
};
