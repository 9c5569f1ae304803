import type { Difference } from '../row.ts';

/** Reasons that several rows share. */

export const runtimeWords: Difference = {
  why: 'the words of another OCI runtime, crun, around the same cause',
  where: /unable to start container process|OCI runtime exec failed|chdir to/,
};

export const missingProgram: Difference = {
  why: 'the words of another OCI runtime, crun, for a missing program',
  where: /executable file .*not found in \$PATH/,
};

export const noRegistry: Difference = {
  why: 'words of the resolver and of the HTTP client; both say that the registry is not reached',
  where: /Get \\?"https?:/,
};

export const unresolvedBase: Difference = {
  why: 'words of the resolver and of the HTTP client; both say that the image is not found',
  where: /failed to resolve source metadata for/,
};

export const parserWords: Difference = { why: "the words of the JSON parser; Docker's are Go's" };

export const ownMistake: Difference = {
  why: 'Docker calls a number that is none its own mistake (500); it is the client’s (400)',
};

/** The matches of `where` differ too much to compare. */
export const otherParts = (where: RegExp): Difference => ({
  why: 'another engine: its runtime, its storage, its drivers, its directories',
  where,
});

/**
 * Hides the digit of CAP_SYS_RESOURCE in sets of all capabilities. A host that is itself a
 * container often lacks this capability, and so does Docker on it.
 */
export const whatHostLacks = "sed 's/f[ef]\\(f\\{6\\}\\)$/f?\\1/'";

/** Docker 28 without the containerd image store has one platform of an image, and doesn't tell it. */
export const knowsPlatform: Difference = {
  why: 'a container shows the platform of its image, as in Docker 29',
  where: /Platform|"os":/,
};
