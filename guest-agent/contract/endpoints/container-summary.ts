import * as z from 'zod';

/**
 * `Berth` in a row of `GET /containers/json`: values for lists that Docker's fields don't contain,
 * or only as text.
 */
export const berthSummarySchema = z.object({
  /** The start of the last run, in RFC 3339. Not set before the first run. */
  StartedAt: z.string().optional(),
  /** The end of the last finished run, in RFC 3339. Not set before the first run has ended. */
  FinishedAt: z.string().optional(),
  /** The exit code of the last finished run. 0 before the first run has ended. */
  ExitCode: z.number(),
  /** Whether the last finished run ended because memory ran out. Only set if so. */
  OOMKilled: z.literal(true).optional(),
  /** Not set without an active health check. */
  Health: z.enum(['starting', 'healthy', 'unhealthy']).optional(),
  /** Whether the main process has a terminal and reads from it. */
  Interactive: z.boolean(),
});
export type BerthSummary = z.infer<typeof berthSummarySchema>;
