import * as z from 'zod';
import { procedure } from './failure.ts';

/** The computer that the host core runs on, as a screen has to know it. */
export const hostComputerSchema = z.object({
  platform: z.enum(['darwin', 'win32', 'linux']),
  /** The user's home folder, absolute. */
  home: z.string(),
  /** Between the parts of a path: `/` or `\`. */
  separator: z.enum(['/', '\\']),
  /** `choose` opens the system's own dialog; without it, a screen shows folders itself. */
  nativeDialogs: z.boolean(),
});
export type HostComputer = z.infer<typeof hostComputerSchema>;

export const folderSchema = z.object({
  /** Absolute. */
  path: z.string(),
  /** Absent at the top of a disk. */
  parent: z.string().optional(),
  /** Folders first, by name; what is neither folder nor file is left out. */
  entries: z.array(z.object({ name: z.string(), kind: z.enum(['folder', 'file']) })),
});
export type Folder = z.infer<typeof folderSchema>;

/** What to ask the person for: a folder or a file that is there, or a name to save under. */
export const choiceSchema = z.object({
  kind: z.enum(['folder', 'file', 'save']),
  title: z.string(),
  /** What a file to save is called at first. */
  name: z.string().optional(),
});
export type Choice = z.infer<typeof choiceSchema>;

export const localFileProcedures = {
  about: procedure.output(hostComputerSchema),
  /** Fails with 'invalid' for a path that is no folder. */
  folder: procedure.input(z.object({ path: z.string().min(1) })).output(folderSchema),
  /** An absolute path, or null when the person cancelled. Only with `nativeDialogs`. */
  choose: procedure.input(choiceSchema).output(z.string().nullable()),
};
