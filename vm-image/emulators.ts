import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Removes QEMU's emulators from a root tree, except for the architectures `kept`. Each emulator takes
 * 16 MB, and nearly every image is available for amd64 or arm64.
 */
export async function keepEmulators(root: string, kept: readonly string[]): Promise<void> {
  const programs = join(root, 'usr/bin');
  const wanted = new Set(kept.map((family) => `qemu-${family}`));
  for (const name of await readdir(programs)) {
    if (name.startsWith('qemu-') && !wanted.has(name)) await rm(join(programs, name));
  }
}
