import { createInterface } from 'node:readline/promises';
import type { CliContext } from '../context.ts';

/** Asks on the terminal, or reads a line of standard input. Any answer except `y` means no. */
export async function confirm(context: CliContext, warning: string): Promise<boolean> {
  context.stdout.write(`WARNING! ${warning}\nAre you sure you want to continue? [y/N] `);
  const lines = createInterface({ input: context.stdin });
  try {
    for await (const line of lines) return line.trim().toLowerCase() === 'y';
    return false;
  } finally {
    lines.close();
  }
}
