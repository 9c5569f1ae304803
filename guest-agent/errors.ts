import { setTimeout as delay } from 'node:timers/promises';

import { GrammarError } from './grammar/grammar-error.ts';

/** Kinds of errors on which a caller can act. `api/status.ts` maps each to an HTTP status. */
export type EngineErrorCode =
  | 'invalid'
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'not-modified'
  | 'conflict'
  | 'not-implemented'
  | 'unavailable'
  | 'internal';

/** The engine's error class. The message is for the user of the client. */
export class EngineError extends Error {
  readonly code: EngineErrorCode;

  constructor(code: EngineErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'EngineError';
    this.code = code;
  }
}

/**
 * Turns an error of the grammar, a mistake of the client, into EngineError 'invalid' with the same
 * message.
 */
export function orInvalid<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof GrammarError)) throw cause;
    throw new EngineError('invalid', cause.message, { cause });
  }
}

/** Whether the system rejected something with one of these codes, such as `ENOENT`. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return codes.includes((error as NodeJS.ErrnoException | undefined)?.code ?? '');
}

/**
 * For `catch`: returns `value` if no such file exists, or for one of `codes`. Throws other errors.
 */
export function ifMissing<T>(value: T, ...codes: readonly string[]): (error: unknown) => T {
  return (error) => {
    if (hasCode(error, 'ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP', ...codes)) return value;
    throw error;
  };
}

/**
 * For `catch`: like `ifMissing`, and also for a file that can't be read because the host denies access
 * or the file system of a shared folder fails.
 */
export const ifUnseen = <T>(value: T, ...codes: readonly string[]) =>
  ifMissing(value, 'EACCES', 'EPERM', 'EIO', 'ESTALE', ...codes);

/**
 * For `catch` of a promise that another function awaits later and whose failure surfaces there.
 * Until then, Node must not report the failure as unhandled.
 */
export function awaitedElsewhere(): void {}

/** What it means for the user that the system lacks something, by the code of a failed system call. */
const shortages: Readonly<Record<string, string>> = {
  ENOSPC:
    'no space left on the VM\'s disk. Remove what you don\'t need ("docker system prune"), or give the VM a larger disk',
  EDQUOT: 'no space left for this user on the disk',
  EIO: "input/output error: a disk can't be read or written. Check the host's disk, then restart the VM",
  EROFS: 'the disk is read-only, as after an error of the disk. Restart the VM',
  EMFILE: 'too many open files in the engine. Close connections or stop containers, and try again',
  ENFILE: 'too many open files in the VM. Stop containers, and try again',
  ENOMEM: 'not enough memory in the VM. Stop containers, or give the VM more memory',
};

/** The same for arguments that no system call accepts. Other codes depend on the call. */
const mistakes: Readonly<Record<string, string>> = {
  ENAMETOOLONG: 'a path or a name in it is too long',
  ERR_INVALID_ARG_VALUE: 'a name or an argument has a NUL byte',
};

/**
 * Whether an error or one of its causes says that the system lacks something: a fault of the disk, or no
 * space, memory or descriptors.
 */
export function isShortage(error: unknown): boolean {
  return causesOf(error).some(({ code = '' }) => code in shortages);
}

function causesOf(error: unknown): NodeJS.ErrnoException[] {
  const found: NodeJS.ErrnoException[] = [];
  for (let each = error; each instanceof Error && !found.includes(each); each = each.cause) {
    found.push(each);
  }
  return found;
}

/** For `catch`: ignores a shortage. */
export function unlessShortage(error: unknown): void {
  if (!isShortage(error)) throw error;
}

/**
 * An error's message, in which Node's words about such a code, with paths of the engine, are replaced by
 * what they mean. The words can be those of one of its causes.
 */
export function plainMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  let { message } = error;
  for (const each of causesOf(error)) {
    const { code = '' } = each;
    // Node has this code for other values too.
    const isOther = code === 'ERR_INVALID_ARG_VALUE' && !/null bytes/.test(each.message);
    const meaning = isOther ? undefined : (shortages[code] ?? mistakes[code]);
    if (meaning !== undefined) message = message.replaceAll(each.message, () => meaning);
  }
  return message;
}

export interface Persistence {
  /** How often the work is tried; by default three times. */
  readonly tries?: number;
  /** Milliseconds between the tries; by default none. */
  readonly pause?: number;
  /** Whether another try may help; by default after a shortage. */
  readonly isPassing?: (error: unknown) => boolean;
  /** Called for each failure. */
  readonly onFailure?: (error: unknown) => void;
}

/** Tries work again that failed for want of something. It may be there at any time. */
export async function persistently<T>(
  work: () => Promise<T>,
  { tries = 3, pause = 0, isPassing = isShortage, onFailure }: Persistence = {},
): Promise<T> {
  for (let left = tries - 1; ; left--) {
    try {
      return await work();
    } catch (error) {
      onFailure?.(error);
      if (left === 0 || !isPassing(error)) throw error;
      if (pause > 0) await delay(pause);
    }
  }
}
