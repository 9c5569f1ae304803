import * as z from 'zod';

/**
 * A line of `GET /usage`: the resource usage of the whole VM. All values except `Cpu` are in bytes.
 */
export const machineUsageSchema = z.object({
  /** The usage of all processors since the previous line, from 0 to 1. */
  Cpu: z.number(),
  /** Without memory that can be reclaimed, such as the page cache. */
  Memory: z.number(),
  MemoryTotal: z.number(),
  /** For the data disk. */
  Disk: z.number(),
  DiskTotal: z.number(),
});
export type EngineMachineUsage = z.infer<typeof machineUsageSchema>;
