import { resolve } from 'node:path';
import type { Command } from 'commander';
import { writeDiagnostics } from '../../../host/diagnostics/bundle.ts';
import { type CliContext, printLine } from '../../context.ts';
import { BERTH_VERSION } from '../../version.ts';

export function define(command: Command, context: CliContext): void {
  command
    .argument('[machine]')
    .option('-o, --output <file>', 'Write to this file', 'berth-diagnostics.tar.gz')
    .action(async (name: string | undefined, { output }: { output: string }) => {
      const path = resolve(output);
      await writeDiagnostics(await context.host(name), path, {
        ...{ version: BERTH_VERSION, environment: context.env },
      });
      printLine(
        context,
        `${path}\nBerth removed the secrets that it recognized. Check the file before you share it.`,
      );
    });
}
