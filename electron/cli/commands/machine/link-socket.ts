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
    .option('--remove', 'Remove the link')
    .action(async (name: string | undefined, { remove }: { remove?: boolean }) => {
      const { engineSocket } = (await context.host(name)).machine;
      if (remove) {
        const removed = await unlinkUserSocket(engineSocket);
        return printLine(
          context,
          removed ? 'the link was removed' : "the socket path doesn't link to this VM",
        );
      }
      printLine(context, `${await linkUserSocket(engineSocket)} now links to ${engineSocket}`);
      printLine(
        context,
        'For tools that only support /var/run/docker.sock, run this as an administrator:',
      );
      printLine(context, `  ${systemLinkCommand(engineSocket)}`);
    });
}
