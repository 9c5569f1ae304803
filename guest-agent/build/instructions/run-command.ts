import type { ImageConfig } from '../../engine/images/store/image.ts';
import { documentText, heredocStart } from '../dockerfile/heredoc.ts';
import type { Instruction } from '../dockerfile/parse.ts';
import { argv, DEFAULT_SHELL } from './metadata.ts';

/** What a `RUN` executes. */
export interface RunCommand {
  readonly words: readonly string[];
  /** A here-document with an interpreter in its first line, as a file in `SCRIPTS`. */
  readonly script?: { readonly name: string; readonly text: string };
}

/** Where the container finds its script. Not part of the image. */
export const SCRIPTS = '/dev/pipes';

/**
 * The command to run. A here-document alone (`RUN <<EOF`) is a script. After a command, the shell
 * reads the here-document.
 */
export function runCommand({ text, heredocs }: Instruction, config: ImageConfig): RunCommand {
  const [first] = heredocs;
  if (first === undefined) return { words: argv(text, config) };
  const shell = config.Shell ?? DEFAULT_SHELL;
  if (heredocStart(text) === undefined) {
    const documents = heredocs.map(({ name, content }) => `\n${content}${name}`);
    return { words: [...shell, text + documents.join('')] };
  }
  const script = documentText(first);
  if (!script.startsWith('#!')) return { words: [...shell, script] };
  const { name } = first;
  return { words: [...shell, `${SCRIPTS}/${name}`], script: { name, text: script } };
}
