import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import {
  buildEventSchema,
  buildFolderSchema,
  buildRequestSchema,
  buildSummarySchema,
} from './builds.ts';
import { procedure } from './failure.ts';

const target = z.object({ id: z.string().regex(/^[\w-]+$/) });

export const buildProcedures = {
  /** A build that fails doesn't fail this call: the last event reports the failure. */
  start: procedure.input(buildRequestSchema).output(eventIterator(buildEventSchema)),
  folder: procedure
    .input(z.object({ directory: z.string().min(1), dockerfile: z.string().optional() }))
    .output(buildFolderSchema),
  /** Running and past builds of all clients, newest first: now, and after each change. */
  watch: procedure.output(eventIterator(z.array(buildSummarySchema))),
  /** The whole build until now, and what happens until it ends. */
  follow: procedure.input(target).output(eventIterator(buildEventSchema)),
  /** Cancels a running build of any client. */
  cancel: procedure.input(target).output(z.void()),
  forget: procedure.input(target).output(z.void()),
  /** Bytes in the build cache, and the unused part of them. */
  cache: procedure.output(
    z.object({ entries: z.number(), size: z.number(), reclaimable: z.number() }),
  ),
  /** Returns the number of bytes freed. */
  pruneCache: procedure.output(z.object({ reclaimed: z.number() })),
};
