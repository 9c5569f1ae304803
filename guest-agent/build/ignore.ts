import dockerignore from '@balena/dockerignore';

/** Tells whether a path of the context (`a/b`, no slash in front) is left out. */
export type Ignores = (path: string) => boolean;

/** The patterns of a `.dockerignore`, or of `--exclude`. */
export function ignorePatterns(text: string): Ignores {
  const rules = dockerignore.default({ ignorecase: false }).add(text.replace(/^\uFEFF/, ''));
  return (path) => rules.ignores(path);
}
