/** Whether this is Windows, where a test can't pass for this reason: `test.skipIf(onWindows('no links'))`. */
export function onWindows(_reason: string): boolean {
  return process.platform === 'win32';
}

/** The mode of a file that only its owner may read. Node on Windows knows only whether a file is writable. */
export const ownerOnly = process.platform === 'win32' ? 0o666 : 0o600;
