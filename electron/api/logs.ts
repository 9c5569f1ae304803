import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { procedure } from './failure.ts';

export const logLineSchema = z.object({
  stream: z.enum(['stdout', 'stderr']),
  /** When the line was written: RFC 3339 with nanoseconds, from the engine. */
  at: z.string(),
  /** Without the line end; colours are ANSI sequences. */
  text: z.string(),
});
export type LogLine = z.infer<typeof logLineSchema>;

export const logEventSchema = z.discriminatedUnion('type', [
  /** Always first: names the log for `grant`. */
  z.object({ type: z.literal('opened'), log: z.string() }),
  z.object({
    type: z.literal('lines'),
    lines: z.array(logLineSchema),
    /** Unfinished lines. They replace the unfinished lines of earlier events. */
    unfinished: z.array(logLineSchema),
    /** All lines written before the log was opened have arrived. */
    caughtUp: z.boolean(),
  }),
  /** The container has ended, or wasn't running. Always last unless the connection breaks. */
  z.object({ type: z.literal('ended') }),
]);
export type LogEvent = z.infer<typeof logEventSchema>;

/** The part of a log: its last lines, the lines of a time range, or all of it. */
const rangeSchema = z.object({
  tail: z.number().int().min(0).optional(),
  since: z.iso.datetime().optional(),
  /** Only lines before this time: the log then ends there. */
  until: z.iso.datetime().optional(),
});
export type LogRange = z.infer<typeof rangeSchema>;

/** Characters that a log may send before the user interface must grant more. */
export const initialLogCredit = 4 * 1024 * 1024;

const container = z.string().min(1);

export const logProcedures = {
  /**
   * A container's output, past and present, several lines at a time: at most 60 events a second.
   * Output flows while there is credit. The user interface calls `grant` with the number of
   * characters that it has read: those of each line, plus one.
   */
  follow: procedure
    .input(z.object({ container, range: rangeSchema }))
    .output(eventIterator(logEventSchema)),
  grant: procedure
    .input(z.object({ log: z.string(), characters: z.number().int().positive() }))
    .output(z.void()),
  /**
   * Writes a part of a log to a file on the host, without colours, and reports the bytes written.
   * An existing file is replaced once the new one is complete. Ending the iteration early leaves no
   * trace.
   */
  save: procedure
    .input(
      z.object({ container, path: z.string().min(1), range: rangeSchema, timestamps: z.boolean() }),
    )
    .output(eventIterator(z.object({ bytes: z.number().int() }))),
};
