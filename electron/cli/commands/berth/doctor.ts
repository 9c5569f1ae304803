import type { Command } from 'commander';
import type { CheckStatus } from '../../../host/doctor/check.ts';
import { examine } from '../../../host/doctor/doctor.ts';
import { type CliContext, printLine } from '../../context.ts';
import { ExitStatus, exitCodes } from '../../exit-code.ts';

const signs: Readonly<Record<CheckStatus, string>> = {
  ok: 'ok  ',
  warn: 'warn',
  fail: 'FAIL',
  skipped: '-   ',
};

export function define(command: Command, context: CliContext): void {
  command
    .argument('[machine]')
    .option('--json', 'Print the results as JSON')
    .action(async (name: string | undefined, { json }: { json?: boolean }) => {
      const diagnoses = await examine(await context.host(name), context.env);
      if (json) printLine(context, JSON.stringify(diagnoses, undefined, 2));
      else {
        for (const { name, status, message, hint } of diagnoses) {
          printLine(context, `${signs[status]}  ${name}: ${message}`);
          if (hint) printLine(context, `      ${hint}`);
        }
      }
      if (diagnoses.some(({ status }) => status === 'fail'))
        throw new ExitStatus(exitCodes.failure);
    });
}
