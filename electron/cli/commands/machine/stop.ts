import type { Command } from 'commander';
import { HostError } from '../../../host/base/errors.ts';
import { type CliContext, printLine } from '../../context.ts';
import { stopAll } from '../../stop-all.ts';

export function define(command: Command, context: CliContext): void {
  command
    .argument('[machine]')
    .option('-a, --all', 'Stop all running VMs. Suspended VMs stay suspended')
    .action(async (operand: string | undefined, { all }: { all?: boolean }) => {
      if (all) {
        if (operand !== undefined) {
          throw new HostError('invalid', 'Use the name of a VM or --all, not both');
        }
        return await stopAll(context);
      }
      const { machine } = await context.host(operand);
      const { name } = await machine.status();
      const wasSuspended = await machine.isSuspended();
      await machine.stop();
      const discarded = wasSuspended ? '; its suspended state was discarded' : '';
      printLine(context, `VM "${name}" is stopped${discarded}`);
    });
}
