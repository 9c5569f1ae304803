import * as z from 'zod';

const resultSchema = z.object({
  start: z.iso.datetime(),
  end: z.iso.datetime(),
  /** -1 if the check timed out or couldn't run. */
  exitCode: z.int(),
  output: z.string(),
});
/** One run of a health check. */
export type HealthResult = z.infer<typeof resultSchema>;

export const healthSchema = z.object({
  status: z.enum(['starting', 'healthy', 'unhealthy']),
  failingStreak: z.int(),
  /** The last results, oldest first. */
  log: z.array(resultSchema),
});
export type Health = z.infer<typeof healthSchema>;

/** The health at the start of a run. Results of earlier runs are dropped. */
export const startingHealth: Health = { status: 'starting', failingStreak: 0, log: [] };

/** The health of a stopped container, which Docker calls unhealthy. */
export function healthAtEnd(health: Health | null): Health | null {
  return health && { ...health, status: 'unhealthy' };
}
