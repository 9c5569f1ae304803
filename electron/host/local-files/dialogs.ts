import type { Choice } from '../../api/local-files.ts';

/** The system's own dialogs for choosing files, where there is a desktop app to show them. */
export interface Dialogs {
  /** An absolute path, or undefined when the person cancelled. */
  choose(choice: Choice): Promise<string | undefined>;
}
