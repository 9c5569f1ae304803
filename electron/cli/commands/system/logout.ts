import type { Command } from 'commander';
import { registryAddress } from '../../../host/credentials/registry.ts';
import { type CliContext, printLine } from '../../context.ts';

export function define(command: Command, context: CliContext): void {
  command.argument('[server]').action(async (server: string | undefined) => {
    const address = registryAddress(server);
    const { credentials } = await context.host();
    const erased = await credentials.erase(address);
    printLine(
      context,
      erased ? `Removing login credentials for ${address}` : `Not logged in to ${address}`,
    );
  });
}
