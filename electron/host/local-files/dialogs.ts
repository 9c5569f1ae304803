import type { Choice } from '../../api/local-files.ts';

/** The system's dialogs for choosing files, in the desktop app. */
export interface Dialogs {
  /** An absolute path, or undefined if the user cancelled. */
  choose(choice: Choice): Promise<string | undefined>;
}
