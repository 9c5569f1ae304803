import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { procedure } from './failure.ts';

/** A place of the app that something outside of the page asks for: a menu, the tray, a link. */
export const placeSchema = z.object({
  /** As it stands behind the `#`: `/images/run?image=alpine`. */
  path: z.string().regex(/^\/[^/]/),
});
export type Place = z.infer<typeof placeSchema>;

export const navigationProcedures = {
  /** Each place as it is asked for; one that was asked for before the page was there comes first. */
  watch: procedure.output(eventIterator(placeSchema)),
};
