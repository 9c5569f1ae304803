import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { procedure } from './failure.ts';
import { transferSchema } from './files.ts';

/** A container that has the volume or is on the network. */
export const userSchema = z.object({ id: z.string(), name: z.string(), running: z.boolean() });
export type User = z.infer<typeof userSchema>;

export const volumeSchema = z.object({
  name: z.string(),
  driver: z.string(),
  createdAt: z.iso.datetime().optional(),
  labels: z.record(z.string(), z.string()),
  /** Of the driver: what is mounted as the volume, if it is no plain directory. */
  options: z.record(z.string(), z.string()),
  usedBy: z.array(userSchema),
});
export type Volume = z.infer<typeof volumeSchema>;

const words = z.record(z.string(), z.string());
const named = z.object({ name: z.string().min(1) });

export const volumeProcedures = {
  list: procedure.output(z.array(volumeSchema)),
  /** The list again each time that it changes, beginning with the present one. */
  watch: procedure.output(eventIterator(z.array(volumeSchema))),
  /** Bytes by name. Takes a while where there is much. */
  sizes: procedure.output(z.record(z.string(), z.number())),
  /** Fails with 'conflict' when there is one of that name; so do `clone` and a new `import`. */
  create: procedure.input(named.extend({ labels: words, options: words })).output(z.void()),
  /** Fails with 'conflict' while a container has it. */
  remove: procedure.input(named).output(z.void()),
  /** Removes those that no container has by now. */
  prune: procedure
    .input(z.object({ names: z.array(z.string()) }))
    .output(z.object({ removed: z.array(z.string()) })),
  /** Copies the content into a new volume. Ending the iteration early leaves no volume. */
  clone: procedure
    .input(named.extend({ to: z.string().min(1) }))
    .output(eventIterator(transferSchema)),
  /** Into a tar at a path of this computer, compressed where its name ends in `gz`. */
  export: procedure
    .input(named.extend({ to: z.string().min(1) }))
    .output(eventIterator(transferSchema)),
  /** From a tar, compressed or not; into a new volume, or over what an existing one has. */
  import: procedure
    .input(named.extend({ from: z.string().min(1), create: z.boolean() }))
    .output(eventIterator(transferSchema)),
};
