/**
 * The commands that a busybox binary carries, read from the sorted table inside it: the binary may
 * be of another architecture and cannot be asked. The table begins with `[` and `[[`, which are no
 * good to look for since the shell has them in tables of its own.
 */
export function busyboxApplets(binary: Buffer): string[] {
  const start = binary.indexOf('\0[[\0acpid\0') + 1;
  const end = binary.indexOf('\0\0', start);
  const names = start === 0 ? [] : binary.toString('latin1', start, end).split('\0');
  if (!names.includes('sh')) throw new Error('the busybox binary has no table of its commands');
  return ['[', ...names];
}
