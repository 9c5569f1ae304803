/** An error or warning about a Compose file. */
export interface Problem {
  readonly severity: 'error' | 'warning';
  /** Absolute. */
  readonly file: string;
  /** From 1; absent for a problem of the whole file. */
  readonly line?: number;
  readonly message: string;
}

/** Display text, such as `/p/compose.yaml:3: services.web: ...`. */
export function problemText({ file, line, message }: Problem): string {
  return line === undefined ? `${file}: ${message}` : `${file}:${line}: ${message}`;
}
