/** A build that both engines perform. */
export interface RandomBuild {
  /** Instructions, comments and parser directives, each with its continuation lines. */
  readonly instructions: readonly string[];
  readonly files: readonly ContextFile[];
  /** The lines of `.dockerignore`. */
  readonly ignored: readonly string[];
  /** Flags of `docker build`. */
  readonly flags: readonly string[];
  /** A file that changes before the second build. Without a change, the second build is cached. */
  readonly changed?: string | undefined;
}

/** A file of the build context. */
export type ContextFile =
  | {
      readonly type: 'file';
      readonly path: string;
      readonly content: string | Buffer;
      readonly mode: number;
    }
  | { readonly type: 'directory'; readonly path: string; readonly mode: number }
  /** `target` is as in the link; for a hard link, a path of the context. */
  | { readonly type: 'symlink' | 'hard link'; readonly path: string; readonly target: string };
