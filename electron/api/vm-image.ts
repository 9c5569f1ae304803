import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { procedure } from './failure.ts';

/** The VM's image: what the next start uses. */
export const vmImageStateSchema = z.object({
  version: z.string(),
  /** Berth downloaded this image. Otherwise the image came with Berth, or is in `directory`. */
  isDownloaded: z.boolean(),
  /** The folder in `BERTH_IMAGE_DIR`, if the variable is set: then all starts use the image there. */
  directory: z.string().optional(),
  /** The version that a rollback would use. */
  previous: z.string().optional(),
  /** Downloaded versions that starts don't use. */
  rejected: z.array(
    z.object({
      version: z.string(),
      /** The VM didn't start with the image, or the user went back to an older one. */
      by: z.enum(['boot', 'user']),
      reason: z.string(),
      at: z.iso.datetime(),
    }),
  ),
  /** False in a build of Berth that doesn't look for updates, and with `directory`. */
  canUpdate: z.boolean(),
  /** The running VM still has another image. */
  pending: z.boolean(),
});
export type VmImageState = z.infer<typeof vmImageStateSchema>;

/** What a look for updates has found. */
export const vmImageUpdateSchema = z.discriminatedUnion('found', [
  z.object({ found: z.literal('nothing') }),
  /** `rejected`: starts don't use this version, so only the user may install it again. */
  z.object({
    found: z.literal('update'),
    version: z.string(),
    bytes: z.number(),
    rejected: z.boolean(),
  }),
  z.object({ found: z.literal('needs-berth'), version: z.string(), berth: z.string() }),
]);
export type VmImageUpdate = z.infer<typeof vmImageUpdateSchema>;

export const vmImageProgressSchema = z.object({ bytes: z.number(), total: z.number() });
export type VmImageProgress = z.infer<typeof vmImageProgressSchema>;

export const vmImageProcedures = {
  state: procedure.output(vmImageStateSchema),
  check: procedure.output(vmImageUpdateSchema),
  /** Downloads and installs the newest version. Ends when it is installed. */
  install: procedure
    .input(z.object({ force: z.boolean() }))
    .output(eventIterator(vmImageProgressSchema)),
  /** The next start uses the previous version. */
  rollBack: procedure.output(z.void()),
};
