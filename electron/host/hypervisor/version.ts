/** `7.2.22` from the first line of `qemu --version`. */
export function parseVersion(output: string): string | undefined {
  return /^QEMU emulator version (\d+\.\d+(?:\.\d+)?)/.exec(output)?.[1];
}
