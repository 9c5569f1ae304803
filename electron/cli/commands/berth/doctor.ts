import type { Command } from 'commander';
import type { CheckStatus } from '../../../host/doctor/check.ts';
import { examineDeep } from '../../../host/doctor/deep.ts';
import { examine, repair } from '../../../host/doctor/doctor.ts';
import { type CliContext, printLine } from '../../context.ts';
import { ExitStatus, exitCodes } from '../../exit-code.ts';

const signs: Readonly<Record<CheckStatus, string>> = {
  ok: 'ok  ',
  warn: 'warn',
  fail: 'FAIL',
  skipped: '-   ',
};

interface DoctorOptions {
  readonly json?: boolean;
  readonly fix?: boolean;
  readonly deep?: boolean;
}

export function define(command: Command, context: CliContext): void {
  command
    .argument('[machine]')
    .option('--json', 'Print the results as JSON')
    .option('--fix', 'Repair what Berth can repair; your system may ask for permission')
    .option('--deep', 'Also compare all data in the VM with its records; reads every image layer')
    .action(async (name: string | undefined, { json, fix, deep }: DoctorOptions) => {
      const host = await context.host(name);
      const diagnoses = await examine(host, context.env);
      if (deep) diagnoses.push(...(await examineDeep(host)));
      const repairs = fix ? await repair(host, diagnoses, context.env) : [];
      if (json) {
        printLine(context, JSON.stringify(fix ? { diagnoses, repairs } : diagnoses, undefined, 2));
      } else {
        for (const { name, status, message, hint } of diagnoses) {
          printLine(context, `${signs[status]}  ${name}: ${message}`);
          if (hint) printLine(context, `      ${hint}`);
        }
        for (const { name, status, message, hint } of repairs) {
          printLine(context, `${status === 'ok' ? 'fix ' : 'FAIL'}  ${name}: ${message}`);
          if (hint) printLine(context, `      ${hint}`);
        }
        if (fix && repairs.length === 0)
          printLine(context, 'There is nothing that Berth can repair.');
      }
      const failed = diagnoses.filter(({ status }) => status === 'fail');
      const isRepaired = (name: string) =>
        repairs.some((repair) => repair.name === name && repair.status === 'ok');
      const isRefused = repairs.some(({ status }) => status === 'fail');
      if (isRefused || failed.some(({ name }) => !isRepaired(name))) {
        throw new ExitStatus(exitCodes.failure);
      }
    });
}
