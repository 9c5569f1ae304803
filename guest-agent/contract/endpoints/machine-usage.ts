import * as z from 'zod';

/** A line of `GET /usage`: what the whole machine uses. All but `Cpu` are bytes. */
export const machineUsageSchema = z.object({
  /** Of all processors since the line before: 0 to 1. */
  Cpu: z.number(),
  /** Without what can be given up, such as the page cache. */
  Memory: z.number(),
  MemoryTotal: z.number(),
  /** Of the data disk. */
  Disk: z.number(),
  DiskTotal: z.number(),
});
export type EngineMachineUsage = z.infer<typeof machineUsageSchema>;
