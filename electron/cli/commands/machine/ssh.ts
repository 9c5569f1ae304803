import type { Command } from 'commander';
import { defaultMachine } from '../../../host/home/paths.ts';
import type { CliContext } from '../../context.ts';
import { startMachine } from '../../engine.ts';
import { runOnTerminal } from '../../run-on-terminal.ts';

export function define(command: Command, context: CliContext): void {
  command
    .argument('[machine]', 'Name of a VM (default: the current one)')
    .argument('[command...]')
    .passThroughOptions()
    .action(async (first: string | undefined, rest: string[]) => {
      const named = first !== undefined && (await machineNames(context)).includes(first);
      const name = named ? first : undefined;
      const remoteCommand = named || first === undefined ? rest : [first, ...rest];
      const { machine } = await context.host(name);
      const { state } = await machine.status();
      // ssh works before the engine does: users can then look into a start that hangs.
      if (['stopped', 'suspended', 'failed'].includes(state)) await startMachine(context, name);
      const [program = 'ssh', ...ssh] = await machine.sshCommand();
      await runOnTerminal(context, program, [...ssh, ...remoteCommand]);
    });
}

async function machineNames(context: CliContext): Promise<string[]> {
  return (await context.host(defaultMachine)).machines.list();
}
