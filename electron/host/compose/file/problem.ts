/** Something that is wrong, or at least worth a warning, in a compose file. */
export interface Problem {
  readonly severity: 'error' | 'warning';
  /** Absolute. */
  readonly file: string;
  /** From 1; absent for what is about the whole file. */
  readonly line?: number;
  readonly message: string;
}

/** For people: `/p/compose.yaml:3: services.web: ...`. */
export function problemText({ file, line, message }: Problem): string {
  return line === undefined ? `${file}: ${message}` : `${file}:${line}: ${message}`;
}
