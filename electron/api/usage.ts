import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { procedure } from './failure.ts';

/** A container's resource use at a moment. */
export const usageSchema = z.object({
  /** Milliseconds since the epoch. */
  at: z.number(),
  /** 100 is one CPU. */
  cpuPercent: z.number(),
  /** Bytes, without the page cache that the kernel can free. */
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

/** Length of the usage history in seconds, with one value per second. */
export const usageHistorySeconds = 600;

export const usageProcedures = {
  /**
   * The present values of running containers by ID, once a second. Unknown containers are skipped.
   */
  watch: procedure
    .input(z.object({ containers: z.array(z.string()) }))
    .output(eventIterator(z.record(z.string(), usageSchema))),
  /**
   * The history of one container, then each new value. Opening the history starts recording, which
   * continues for the length of the history after the last reader ends.
   */
  history: procedure
    .input(z.object({ container: z.string().min(1) }))
    .output(eventIterator(z.array(usageSchema))),
};
