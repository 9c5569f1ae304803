import * as z from 'zod';

/**
 * The version of the data disk's layout. Each migration in `guest-agent/store/format/migrations.ts`
 * raises it by one. An engine that only knows lower numbers must not touch the disk.
 */
export const dataFormat = 1;

/** The record on the data disk, in `format.json`. A disk without a record has format 1. */
export const dataRecordSchema = z.object({
  format: z.number().int().min(1),
  /** A migration to this format has begun and isn't finished: the disk may have parts of both. */
  migratingTo: z.number().int().optional(),
  /** The version of the engine that last wrote the record. */
  engine: z.string(),
  previousEngine: z.string().optional(),
});
export type DataRecord = z.infer<typeof dataRecordSchema>;

/** The agent prints this on the console, with the reason, if it rejects the data disk. */
export const dataDiskRefused = 'berth: data disk refused: ';
