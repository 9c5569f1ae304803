import * as z from 'zod';

/**
 * How the data disk is laid out, as a number. Raised by one with each migration in
 * `guest-agent/store/format/migrations.ts`: whoever knows only lower ones must not touch the disk.
 */
export const dataFormat = 1;

/** The record on the data disk itself, in `format.json`. A disk without one is of format 1. */
export const dataRecordSchema = z.object({
  format: z.number().int().min(1),
  /** A migration to this format has begun and is not done: the disk may be partly of either. */
  migratingTo: z.number().int().optional(),
  /** Version of the engine that last wrote the record, and of the one before it. */
  engine: z.string(),
  previousEngine: z.string().optional(),
});
export type DataRecord = z.infer<typeof dataRecordSchema>;

/** The agent says on the console that it does not take the data disk, and why. */
export const dataDiskRefused = 'berth: data disk refused: ';
