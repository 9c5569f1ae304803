import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import {
  buildEventSchema,
  buildFolderSchema,
  buildRecordSchema,
  buildRequestSchema,
  buildSummarySchema,
} from './builds.ts';
import { procedure } from './failure.ts';

const target = z.object({ id: z.string().regex(/^[\w-]+$/) });

export const buildProcedures = {
  /** A build that fails is no failure of this call: the last event says it. */
  start: procedure.input(buildRequestSchema).output(eventIterator(buildEventSchema)),
  folder: procedure
    .input(z.object({ directory: z.string().min(1), dockerfile: z.string().optional() }))
    .output(buildFolderSchema),
  /** Builds that have ended, newest first. */
  history: procedure.output(z.array(buildSummarySchema)),
  read: procedure.input(target).output(buildRecordSchema),
  forget: procedure.input(target).output(z.void()),
  /** Bytes that the builder's cache takes, and those that nothing uses. */
  cache: procedure.output(
    z.object({ entries: z.number(), size: z.number(), reclaimable: z.number() }),
  ),
  /** Answers the bytes that are free again. */
  pruneCache: procedure.output(z.object({ reclaimed: z.number() })),
};
