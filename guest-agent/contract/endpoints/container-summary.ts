import * as z from 'zod';

/**
 * `Berth` in a row of `GET /containers/json`: what a list shows and Docker's fields tell only in
 * words for people, or not at all.
 */
export const berthSummarySchema = z.object({
  /** RFC 3339, of the last run; absent before the first one. */
  StartedAt: z.string().optional(),
  /** RFC 3339, of the last run that ended; absent before the first end. */
  FinishedAt: z.string().optional(),
  /** Of the last run that ended; 0 before the first end. */
  ExitCode: z.number(),
  /** Absent without a health check that is in force. */
  Health: z.enum(['starting', 'healthy', 'unhealthy']).optional(),
  /** The main process has a terminal and reads from it. */
  Interactive: z.boolean(),
});
export type BerthSummary = z.infer<typeof berthSummarySchema>;
