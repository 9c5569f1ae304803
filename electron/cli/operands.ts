import { type CliContext, printLine } from './context.ts';
import { describe, ExitStatus, exitCodes } from './exit-code.ts';

/**
 * Runs an action for all operands at once. Prints each result or error, in the order of the
 * operands. Ends with exit code 1 if any action failed.
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
