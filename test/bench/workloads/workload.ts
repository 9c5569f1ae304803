import { writeFileSync } from 'node:fs';

/** Work in a folder, of which the time of each step is measured. */
export interface Workload {
  /** Makes what the steps need in `directory`, at `scale` of the full size. Isn't measured. */
  readonly prepare: (directory: string, scale: number) => void;
  /** The steps by name, in order. */
  readonly steps: Readonly<Record<string, Step>>;
}

interface Step {
  readonly run: (directory: string, scale: number) => void;
  /** Whether the kernel first forgets what it has read. */
  readonly isCold?: boolean;
}

/** A part of a full count, at least one. */
export const scaled = (count: number, scale: number): number =>
  Math.max(1, Math.round(count * scale));

/** Lets the kernel forget names, attributes and contents. Returns whether this process may do that. */
export function dropCaches(): boolean {
  try {
    writeFileSync('/proc/sys/vm/drop_caches', '3');
    return true;
  } catch (error) {
    // Only root may, and a container only if it is privileged. The report says so.
    if (!['EACCES', 'EROFS', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) {
      throw error;
    }
    return false;
  }
}
