/** A position in a file, from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** An error or warning about a Compose file, at a place or about the whole file. */
export interface Problem extends Partial<Place> {
  readonly severity: 'error' | 'warning';
  /** Absolute. */
  readonly file: string;
  readonly message: string;
}

/** Display text, such as `/p/compose.yaml:3:5: services.web: ...`. */
export function problemText({ file, line, column, message }: Problem): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  return `${place}: ${message}`;
}
