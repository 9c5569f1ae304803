import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { procedure } from './failure.ts';

/** An event that the user didn't start and should know about. */
export const noticeSchema = z.object({
  /** Grows with each notice of a host. */
  id: z.number().int(),
  at: z.iso.datetime(),
  tone: z.enum(['bad', 'good']),
  title: z.string(),
  /** Details, and what to do next. Commands are in backticks. */
  text: z.string().optional(),
  /** The container that the notice is about, for a link; absent if it is about the VM. */
  container: z.string().optional(),
});
export type Notice = z.infer<typeof noticeSchema>;

export const noticeProcedures = {
  /** The recent notices, newest first, and again after each change. */
  watch: procedure.output(eventIterator(z.array(noticeSchema))),
  /** Deletes all notices. */
  clear: procedure.output(z.void()),
};
