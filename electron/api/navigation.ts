import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { procedure } from './failure.ts';

/** A page of the app that a menu, the tray or a link asks for. */
export const placeSchema = z.object({
  /** The address after the `#`: `/images/run?image=alpine`. */
  path: z.string().regex(/^\/[^/]/),
});
export type Place = z.infer<typeof placeSchema>;

export const navigationProcedures = {
  /** Each requested page. A page requested before the app was loaded comes first. */
  watch: procedure.output(eventIterator(placeSchema)),
};
