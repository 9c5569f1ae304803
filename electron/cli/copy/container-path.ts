import { isAbsolute } from 'node:path';

/** The source or the target of a copy: a path in a container or on the host. */
export interface CopyEnd {
  readonly container: string | undefined;
  readonly path: string;
}

/**
 * Parses `CONTAINER:PATH` or `PATH`. A text that begins like a path is a path, even with a colon.
 */
export function parseCopyEnd(text: string): CopyEnd {
  const colon = text.indexOf(':');
  const isLocal = colon <= 0 || isAbsolute(text) || text.startsWith('.');
  if (isLocal) return { container: undefined, path: text };
  return { container: text.slice(0, colon), path: text.slice(colon + 1) };
}

/** Whether a path means the contents of a directory rather than the directory itself. */
export function meansContents(path: string): boolean {
  return /(^|[/\\])\.$/.test(path);
}

export function endsWithSlash(path: string): boolean {
  return /[/\\]$/.test(path);
}
