import type { Command } from 'commander';
import { HostError } from '../../../host/base/errors.ts';
import { type CliContext, printLine } from '../../context.ts';
import { describe } from '../../exit-code.ts';

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
      const { name, state } = await machine.status();
      await machine.stop();
      const discarded = state === 'suspended' ? '; its suspended state was discarded' : '';
      printLine(context, `VM "${name}" is stopped${discarded}`);
    });
}

/** One VM that can't be stopped doesn't keep the others running. Installers call this. */
async function stopAll(context: CliContext): Promise<void> {
  const { machines } = await context.host();
  const failed: string[] = [];
  for (const name of await machines.list()) {
    try {
      const { machine } = await context.host(name);
      const { state } = await machine.status();
      if (state === 'stopped' || state === 'suspended') continue;
      await machine.stop();
      printLine(context, `VM "${name}" is stopped`);
    } catch (error) {
      failed.push(name);
      context.stderr.write(`berth: VM "${name}": ${describe(error)}\n`);
    }
  }
  if (failed.length > 0) {
    throw new HostError('machine-failed', `These VMs still run: ${failed.join(', ')}`, {
      hint: 'To end a VM without stopping its containers first, run `berth machine kill NAME`.',
    });
  }
}
