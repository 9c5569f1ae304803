import type { Command } from 'commander';
import { defaultMachine } from '../../../host/home/paths.ts';
import type { CliContext } from '../../context.ts';
import { startMachine } from '../../engine.ts';
import { runOnTerminal } from '../../run-on-terminal.ts';

export function define(command: Command, context: CliContext): void {
  command
    .argument('[machine]', 'Left out, the words are for the current one')
    .argument('[command...]')
    .passThroughOptions()
    .action(async (first: string | undefined, rest: string[]) => {
      const named = first !== undefined && (await machineNames(context)).includes(first);
      const name = named ? first : undefined;
      const remoteCommand = named || first === undefined ? rest : [first, ...rest];
      const { machine } = await context.host(name);
      const { state } = await machine.status();
      // While it starts the guest can be reached before its engine can: that helps when it hangs.
      if (['stopped', 'suspended', 'failed'].includes(state)) await startMachine(context, name);
      const [program = 'ssh', ...ssh] = await machine.sshCommand();
      await runOnTerminal(context, program, [...ssh, ...remoteCommand]);
    });
}

async function machineNames(context: CliContext): Promise<string[]> {
  return (await context.host(defaultMachine)).machines.list();
}
