import { createInterface } from 'node:readline/promises';
import type { CliContext } from '../context.ts';

/** Asks on the terminal, or reads a line of standard input. Any answer except `y` and `yes` means no. */
export function confirm(context: CliContext, warning: string): Promise<boolean> {
  return confirmed(context, `WARNING! ${warning}\nAre you sure you want to continue? [y/N] `);
}

/** Asks a question. Any answer except `y` and `yes` means no. */
export async function confirmed(context: CliContext, question: string): Promise<boolean> {
  context.stdout.write(question);
  const lines = createInterface({ input: context.stdin });
  try {
    for await (const line of lines) return /^y(es)?$/i.test(line.trim());
    return false;
  } finally {
    lines.close();
  }
}
