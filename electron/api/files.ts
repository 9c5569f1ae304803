import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { procedure } from './failure.ts';

/** A container, running or not, or a volume whose files are meant. */
export const filePlaceSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('container'), id: z.string().min(1) }),
  z.object({ kind: z.literal('volume'), name: z.string().min(1) }),
]);
export type FilePlace = z.infer<typeof filePlaceSchema>;

export const fileKindSchema = z.enum(['folder', 'file', 'link', 'device', 'pipe', 'socket']);
export type FileKind = z.infer<typeof fileKindSchema>;

export const listedFileSchema = z.object({
  name: z.string(),
  kind: fileKindSchema,
  /** Bytes. */
  size: z.number(),
  /** Permissions, 0 to 0o7777. */
  mode: z.number().int(),
  uid: z.number().int(),
  gid: z.number().int(),
  modifiedAt: z.iso.datetime(),
  /** The text of a link: its target. */
  target: z.string().optional(),
  /** The target that a link finally leads to; absent if the link is broken. */
  leadsTo: fileKindSchema.optional(),
});
export type ListedFile = z.infer<typeof listedFileSchema>;

export const fileListSchema = z.object({
  /** Folders first, by name. */
  files: z.array(listedFileSchema),
  /** The total number; the list may have fewer. */
  total: z.number().int(),
});
export type FileList = z.infer<typeof fileListSchema>;

/** Text and small pictures are shown. For other files, only the kind is. */
export const fileContentSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('text'),
    text: z.string(),
    /** Changes with the file. `save` compares it to detect changes by others. */
    version: z.string(),
  }),
  z.object({ kind: z.literal('image'), size: z.number(), source: z.string().startsWith('data:') }),
  z.object({ kind: z.literal('binary'), size: z.number() }),
  z.object({ kind: z.literal('large'), size: z.number() }),
  z.object({ kind: z.literal('special') }),
]);
export type FileContent = z.infer<typeof fileContentSchema>;

/** The longest text that is shown, in bytes. */
export const MAX_TEXT_BYTES = 1024 * 1024;

/** Bytes so far; `total` if it is known. */
export const transferSchema = z.object({ bytes: z.number(), total: z.number().optional() });
export type Transfer = z.infer<typeof transferSchema>;

/** An absolute path in the container or volume. */
const target = z.object({ place: filePlaceSchema, path: z.string().startsWith('/') });

export const fileProcedures = {
  list: procedure.input(target).output(fileListSchema),
  /** A link is followed. */
  read: procedure.input(target).output(fileContentSchema),
  /**
   * Writes a text; owner and permissions stay. Fails with 'conflict' if the file has changed since
   * `version`, or, without a version, if the file exists.
   */
  save: procedure
    .input(target.extend({ text: z.string().max(MAX_TEXT_BYTES), version: z.string().optional() }))
    .output(z.object({ version: z.string() })),
  /** Fails with 'conflict' when the name exists. `rename` does too. */
  createFolder: procedure.input(target).output(z.void()),
  rename: procedure.input(target.extend({ to: z.string().startsWith('/') })).output(z.void()),
  /** Deletes a file, or a folder with everything in it. */
  remove: procedure.input(target).output(z.void()),
  /**
   * Copies to `to`, an absolute path on the host: a file or folder unchanged, or as a tar that is
   * compressed if the name ends in `gz`. Ending the iteration early cancels and leaves nothing.
   */
  download: procedure
    .input(target.extend({ to: z.string().min(1), as: z.enum(['copy', 'tar']) }))
    .output(eventIterator(transferSchema)),
  /**
   * Copies a file or folder of the host into the folder at `path`. Fails with 'conflict' when the
   * name exists, unless it may be replaced.
   */
  upload: procedure
    .input(target.extend({ from: z.string().min(1), replace: z.boolean() }))
    .output(eventIterator(transferSchema)),
};
