import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { procedure } from './failure.ts';
import { transferSchema } from './files.ts';

/** A container that uses the volume or the network. */
export const userSchema = z.object({ id: z.string(), name: z.string(), running: z.boolean() });
export type User = z.infer<typeof userSchema>;

export const volumeSchema = z.object({
  name: z.string(),
  driver: z.string(),
  createdAt: z.iso.datetime().optional(),
  labels: z.record(z.string(), z.string()),
  /** From the driver: what is mounted as the volume, if it isn't a plain directory. */
  options: z.record(z.string(), z.string()),
  usedBy: z.array(userSchema),
});
export type Volume = z.infer<typeof volumeSchema>;

const words = z.record(z.string(), z.string());
const named = z.object({ name: z.string().min(1) });

export const volumeProcedures = {
  list: procedure.output(z.array(volumeSchema)),
  /** The present list, and again after each change. */
  watch: procedure.output(eventIterator(z.array(volumeSchema))),
  /** Bytes by name. Takes a while for large volumes. */
  sizes: procedure.output(z.record(z.string(), z.number())),
  /** Fails with 'conflict' when the name exists. `clone` and a new `import` do too. */
  create: procedure.input(named.extend({ labels: words, options: words })).output(z.void()),
  /** Fails with 'conflict' while a container uses the volume. */
  remove: procedure.input(named).output(z.void()),
  /** Removes those volumes that no container uses at that moment. */
  prune: procedure
    .input(z.object({ names: z.array(z.string()) }))
    .output(z.object({ removed: z.array(z.string()) })),
  /** Copies the content into a new volume. Ending the iteration early leaves no volume. */
  clone: procedure
    .input(named.extend({ to: z.string().min(1) }))
    .output(eventIterator(transferSchema)),
  /** Exports to a tar on the host, compressed if its name ends in `gz`. */
  export: procedure
    .input(named.extend({ to: z.string().min(1) }))
    .output(eventIterator(transferSchema)),
  /** Imports a tar, compressed or not, into a new or an existing volume. */
  import: procedure
    .input(named.extend({ from: z.string().min(1), create: z.boolean() }))
    .output(eventIterator(transferSchema)),
};
