/** One build that a test of BuildKit's Dockerfile frontend makes, restated for a client and an engine. */
export interface Case {
  /** The name of BuildKit's test function. */
  readonly test: string;
  /** Which part of the test, if it has several. */
  readonly about?: string;
  readonly dockerfile: string;
  /** Files of the context, with their contents. */
  readonly files?: Readonly<Record<string, string>>;
  /** A script that changes the context before the build. */
  readonly before?: string;
  /** Flags of `docker build`. */
  readonly flags?: string;
  /** Files of the result. `null` for a file that must not be there. */
  readonly out?: Readonly<Record<string, string | null>>;
  /** A script that runs after the build, or in its place. `$IMAGE` is the built image. */
  readonly after?: string;
  /** Replaces the build. */
  readonly run?: string;
  /** What the script prints. */
  readonly prints?: string;
  /** The build fails, and says this. */
  readonly fails?: string | readonly string[];
  /** What `docker build --check` warns about: `line rule`. */
  readonly warns?: readonly string[];
}

/** A test of BuildKit's that isn't run here. */
export interface LeftOut {
  readonly test: string;
  readonly why: string;
}

/** The text of a file: each word is a line. */
export function lines(...all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}
