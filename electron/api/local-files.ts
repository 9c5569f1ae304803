import * as z from 'zod';
import { procedure } from './failure.ts';

/** The details of the host that the user interface needs. */
export const hostComputerSchema = z.object({
  platform: z.enum(['darwin', 'win32', 'linux']),
  /** The user's home folder, absolute. */
  home: z.string(),
  /** The separator in paths: `/` or `\`. */
  separator: z.enum(['/', '\\']),
  /**
   * Whether `choose` opens the system's own dialog. Otherwise the user interface shows folders
   * itself.
   */
  nativeDialogs: z.boolean(),
});
export type HostComputer = z.infer<typeof hostComputerSchema>;

export const folderSchema = z.object({
  /** Absolute. */
  path: z.string(),
  /** Absent at the top of a disk. */
  parent: z.string().optional(),
  /** Folders first, by name, hidden ones last. Only folders and files are listed. */
  entries: z.array(z.object({ name: z.string(), kind: z.enum(['folder', 'file']) })),
});
export type Folder = z.infer<typeof folderSchema>;

/** What to ask the person for: an existing folder or file, or a name to save under. */
export const choiceSchema = z.object({
  kind: z.enum(['folder', 'file', 'save']),
  title: z.string(),
  /** The suggested name of a file to save. */
  name: z.string().optional(),
});
export type Choice = z.infer<typeof choiceSchema>;

/** Programs that can open a folder. */
export const openerSchema = z.enum(['file-manager', 'editor', 'terminal']);
export type Opener = z.infer<typeof openerSchema>;

export const localFileProcedures = {
  about: procedure.output(hostComputerSchema),
  /** Fails with 'invalid' for a path that isn't a folder. */
  folder: procedure.input(z.object({ path: z.string().min(1) })).output(folderSchema),
  /** An absolute path, or null when the person cancelled. Only with `nativeDialogs`. */
  choose: procedure.input(choiceSchema).output(z.string().nullable()),
  /** Opens a folder in another program. Fails with 'missing-program' if the host has none. */
  open: procedure
    .input(z.object({ path: z.string().min(1), opener: openerSchema }))
    .output(z.void()),
};
