import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { procedure } from './failure.ts';

/** What a container used at a moment. */
export const usageSchema = z.object({
  /** Milliseconds since the epoch. */
  at: z.number(),
  /** 100 is one CPU. */
  cpuPercent: z.number(),
  /** Bytes, without the page cache that can be given up. */
  memory: z.number(),
  memoryLimit: z.number(),
  /** Bytes a second. */
  received: z.number(),
  sent: z.number(),
  read: z.number(),
  written: z.number(),
  processes: z.number(),
});
export type Usage = z.infer<typeof usageSchema>;

/** How long what a container used is remembered, in seconds; there is a value a second. */
export const usageHistorySeconds = 600;

export const usageProcedures = {
  /** The present values of running containers by ID, once a second; unknown ones are left out. */
  watch: procedure
    .input(z.object({ containers: z.array(z.string()) }))
    .output(eventIterator(z.record(z.string(), usageSchema))),
  /**
   * What is remembered of one container, then each new value. What is looked at is remembered, and
   * goes on being for as long as the memory reaches after nobody looks any more.
   */
  history: procedure
    .input(z.object({ container: z.string().min(1) }))
    .output(eventIterator(z.array(usageSchema))),
};
