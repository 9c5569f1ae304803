import type { Command } from 'commander';
import {
  linkUserSocket,
  systemLinkCommand,
  unlinkUserSocket,
} from '../../../host/docker-cli/link-socket.ts';
import { type CliContext, printLine } from '../../context.ts';

export function define(command: Command, context: CliContext): void {
  command
    .argument('[machine]')
    .option('--remove', 'Take the link away')
    .action(async (name: string | undefined, { remove }: { remove?: boolean }) => {
      const { engineSocket } = (await context.host(name)).machine;
      if (remove) {
        const removed = await unlinkUserSocket(engineSocket);
        return printLine(context, removed ? 'the link was removed' : 'there is no such link');
      }
      printLine(context, `${await linkUserSocket(engineSocket)} leads to ${engineSocket}`);
      printLine(
        context,
        'For tools that know /var/run/docker.sock alone, run as an administrator:',
      );
      printLine(context, `  ${systemLinkCommand(engineSocket)}`);
    });
}
