import * as z from 'zod';

const resultSchema = z.object({
  start: z.iso.datetime(),
  end: z.iso.datetime(),
  /** -1 when the check took too long or couldn't be run. */
  exitCode: z.int(),
  output: z.string(),
});
/** One run of a health check. */
export type HealthResult = z.infer<typeof resultSchema>;

export const healthSchema = z.object({
  status: z.enum(['starting', 'healthy', 'unhealthy']),
  failingStreak: z.int(),
  /** The last ones, oldest first. */
  log: z.array(resultSchema),
});
export type Health = z.infer<typeof healthSchema>;

/** At the start of a run; what earlier runs printed is forgotten. */
export const startingHealth: Health = { status: 'starting', failingStreak: 0, log: [] };

/** The health of a container that has ended: Docker calls it unhealthy. */
export function healthAtEnd(health: Health | null): Health | null {
  return health && { ...health, status: 'unhealthy' };
}
