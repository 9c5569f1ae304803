import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { procedure } from './failure.ts';

export const logLineSchema = z.object({
  stream: z.enum(['stdout', 'stderr']),
  /** When it was written: RFC 3339 with nanoseconds, as the engine tells it. */
  at: z.string(),
  /** Without its end; colours are in it as ANSI sequences. */
  text: z.string(),
});
export type LogLine = z.infer<typeof logLineSchema>;

export const logEventSchema = z.discriminatedUnion('type', [
  /** Always first: names the log for `grant`. */
  z.object({ type: z.literal('opened'), log: z.string() }),
  z.object({
    type: z.literal('lines'),
    lines: z.array(logLineSchema),
    /** Lines that were begun and have not ended yet, in place of those told of before. */
    unfinished: z.array(logLineSchema),
    /** All that was written before the log was opened has come. */
    caughtUp: z.boolean(),
  }),
  /** The container has ended, or did not run; always last unless the connection breaks. */
  z.object({ type: z.literal('ended') }),
]);
export type LogEvent = z.infer<typeof logEventSchema>;

/** Which part of a log: its last lines, those since a time, or all of it. */
const rangeSchema = z.object({
  tail: z.number().int().min(0).optional(),
  since: z.iso.datetime().optional(),
});
export type LogRange = z.infer<typeof rangeSchema>;

/** How much text, in characters, a log may send before the screen has to ask for more. */
export const initialLogCredit = 4 * 1024 * 1024;

const container = z.string().min(1);

export const logProcedures = {
  /**
   * What a container wrote and writes, some lines at a time: at most 60 events a second. It flows
   * while there is credit; the screen gives back with `grant` what it has taken in:
   * the text of each line and one more.
   */
  follow: procedure
    .input(z.object({ container, range: rangeSchema }))
    .output(eventIterator(logEventSchema)),
  grant: procedure
    .input(z.object({ log: z.string(), characters: z.number().int().positive() }))
    .output(z.void()),
  /**
   * Writes a part of a log to a file of the computer, without colours. Tells how many bytes are
   * written. A file that is there is replaced once that is complete. Ending the iteration early
   * leaves no trace.
   */
  save: procedure
    .input(
      z.object({ container, path: z.string().min(1), range: rangeSchema, timestamps: z.boolean() }),
    )
    .output(eventIterator(z.object({ bytes: z.number().int() }))),
};
