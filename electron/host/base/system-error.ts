/** The system's code for what it refused, such as `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** Whether the error is that of a system call. */
export const isSystemError = (error: unknown): boolean =>
  error instanceof Error && 'syscall' in error;

/** Whether the error means that a file doesn't exist. */
export const isMissing = (error: unknown): boolean =>
  ['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '');

/** For `.catch`: a missing file becomes undefined; any other error is rethrown. */
export function unlessMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error;
}

/** The result of a call, or undefined if it fails because a file doesn't exist. */
export function unlessMissingSync<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch (error) {
    return unlessMissing(error);
  }
}
