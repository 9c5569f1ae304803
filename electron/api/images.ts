import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { procedure } from './failure.ts';

/** One name of an image; an image with two tags is two entries with the same `id`. */
export const imageSchema = z.object({
  /** `sha256:` and 64 hexadecimal digits. */
  id: z.string(),
  /** `repository:tag` as engines print it; absent for an image that lost its name. */
  reference: z.string().optional(),
  /** Bytes. */
  size: z.number().int(),
  /** Absent where the image does not tell: builders that want the same bytes again leave it out. */
  createdAt: z.iso.datetime().optional(),
});
export type Image = z.infer<typeof imageSchema>;

/** How far a pull has come, over all layers. */
export const pullProgressSchema = z.object({
  /** What the engine is doing now: `Downloading`, `Extracting`, ... */
  status: z.string(),
  /** Bytes of the layers announced so far. */
  current: z.number(),
  total: z.number(),
});
export type PullProgress = z.infer<typeof pullProgressSchema>;

export const imageProcedures = {
  list: procedure.output(z.array(imageSchema)),
  /** The list again each time that it changes, beginning with the present one. */
  watch: procedure.output(eventIterator(z.array(imageSchema))),
  /** Ends when the image is complete. Ending the iteration early cancels the pull. */
  pull: procedure
    .input(z.object({ reference: z.string().min(1) }))
    .output(eventIterator(pullProgressSchema)),
  /** Removes one name, and the image with its last name. */
  remove: procedure
    .input(z.object({ reference: z.string().min(1), force: z.boolean() }))
    .output(z.void()),
};
