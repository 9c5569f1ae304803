import { resolve } from 'node:path';
import type { Command } from 'commander';
import { writeDiagnostics } from '../../../host/diagnostics/bundle.ts';
import { type CliContext, printLine } from '../../context.ts';
import { BERTH_VERSION } from '../../version.ts';

interface DiagnoseFlags {
  readonly output: string;
  readonly crashDumps: boolean;
}

const dumpsNote =
  "The folder crashes has parts of the app's memory, which can contain secrets. " +
  'To leave it out, use --no-crash-dumps.';

export function define(command: Command, context: CliContext): void {
  command
    .argument('[machine]')
    .option('-o, --output <file>', 'Write to this file', 'berth-diagnostics.tar.gz')
    .option('--no-crash-dumps', "Leave out the app's crash dumps, which can contain secrets")
    .action(async (name: string | undefined, { output, crashDumps }: DiagnoseFlags) => {
      const path = resolve(output);
      const written = await writeDiagnostics(await context.host(name), path, {
        crashDumps,
        ...{ version: BERTH_VERSION, environment: context.env },
      });
      printLine(
        context,
        `${path}\nBerth removed the secrets that it recognized. Check the file before you share it.`,
      );
      if (written.crashDumps > 0) printLine(context, dumpsNote);
    });
}
