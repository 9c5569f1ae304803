import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { procedure } from './failure.ts';

/** Something that happened by itself and that the user should hear of. */
export const noticeSchema = z.object({
  /** Grows with each notice of a host. */
  id: z.number().int(),
  at: z.iso.datetime(),
  tone: z.enum(['bad', 'good']),
  title: z.string(),
  /** More about it, and what to do: commands stand between backticks. */
  text: z.string().optional(),
  /** What it is about, for a link to it; the machine where there is none. */
  container: z.string().optional(),
});
export type Notice = z.infer<typeof noticeSchema>;

export const noticeProcedures = {
  /** The recent ones, newest first, and again each time that they change. */
  watch: procedure.output(eventIterator(z.array(noticeSchema))),
  /** Forgets all of them. */
  clear: procedure.output(z.void()),
};
