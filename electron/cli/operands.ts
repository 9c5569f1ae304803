import { type CliContext, printLine } from './context.ts';
import { describe, ExitStatus, exitCodes } from './exit-code.ts';

/**
 * Does the same with each operand, all at once, and prints in the order given what each answers, or
 * why it failed. Ends with exit code 1 when any failed.
 */
export async function eachOperand(
  context: CliContext,
  operands: readonly string[],
  act: (operand: string) => Promise<string | undefined>,
): Promise<void> {
  const outcomes = await Promise.allSettled(operands.map(act));
  let failed = false;
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') {
      failed = true;
      context.stderr.write(`berth: ${describe(outcome.reason)}\n`);
    } else if (outcome.value !== undefined) printLine(context, outcome.value);
  }
  if (failed) throw new ExitStatus(exitCodes.failure);
}
