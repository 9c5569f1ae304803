/**
 * The commands of a busybox binary, read from the sorted table inside it. The binary may be for
 * another architecture, so we can't run it. The table begins with `[` and `[[`, but other tables of
 * the shell contain them too.
 */
export function busyboxApplets(binary: Buffer): string[] {
  const start = binary.indexOf('\0[[\0acpid\0') + 1;
  const end = binary.indexOf('\0\0', start);
  const names = start === 0 ? [] : binary.toString('latin1', start, end).split('\0');
  if (!names.includes('sh')) throw new Error('the busybox binary has no table of its commands');
  return ['[', ...names];
}
