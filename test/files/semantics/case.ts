import { ok } from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Peer } from './peer.ts';

/** What a case works with: a new folder of its own. */
export interface Place {
  readonly folder: string;
  /** The path of a name in the folder. */
  readonly at: (name: string) => string;
  /** Writes a file, and returns its path. */
  readonly file: (name: string, content?: string | Buffer, mode?: number) => string;
  /** Another process, which ends with the case. */
  readonly peer: () => Promise<Peer>;
}

/** What a local file system does. Throws if the file system of the folder does something else. */
export type Case = (place: Place) => void | Promise<void>;

/** Cases by name. */
export type Cases = Readonly<Record<string, Case>>;

export function placeIn(folder: string, peer: Place['peer']): Place {
  const at = (name: string) => join(folder, name);
  const file: Place['file'] = (name, content = 'content', mode = 0o644) => {
    writeFileSync(at(name), content);
    // Regardless of the umask.
    chmodSync(at(name), mode);
    return at(name);
  };
  return { folder, at, file, peer };
}

/** The error's code of a call that fails, or `succeeded`. */
export function codeOf(action: () => unknown): string {
  try {
    action();
    return 'succeeded';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

/** Asserts that a call fails with one of these codes. POSIX often allows more than one. */
export function refused(codes: string | readonly string[], action: () => unknown): void {
  const code = codeOf(action);
  ok([codes].flat().includes(code), `${code} instead of ${[codes].flat().join(' or ')}`);
}
