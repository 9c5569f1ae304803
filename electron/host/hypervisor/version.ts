/** `7.2.22` from the first line of `qemu --version`. */
export function parseVersion(output: string): string | undefined {
  return /^QEMU emulator version (\d+\.\d+(?:\.\d+)?)/.exec(output)?.[1];
}

/** Negative when `left` is older. */
export function compareVersions(left: string, right: string): number {
  const parts = (version: string) => version.split('.').map(Number);
  const [a, b] = [parts(left), parts(right)];
  for (let index = 0; index < 3; index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
