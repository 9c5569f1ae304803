import { type Command, Option } from 'commander';
import { COMPOSE_VERSION } from '../../../host/compose/apply/labels.ts';
import { ignoreProjectFlags } from '../../compose/project-flags.ts';
import { type CliContext, printLine } from '../../context.ts';
import { BERTH_VERSION } from '../../version.ts';

interface VersionOptions {
  readonly format: 'pretty' | 'json';
  readonly short?: boolean;
}

export function define(command: Command, context: CliContext): void {
  ignoreProjectFlags(command)
    .addOption(
      new Option('-f, --format <format>', 'Format the output')
        .choices(['pretty', 'json'])
        .default('pretty'),
    )
    .option('--short', "Shows only Compose's version number")
    .action(({ format, short }: VersionOptions) => {
      if (short) printLine(context, COMPOSE_VERSION);
      else if (format === 'json') printLine(context, JSON.stringify({ version: COMPOSE_VERSION }));
      else
        printLine(
          context,
          `Berth ${BERTH_VERSION}, compatible with Docker Compose ${COMPOSE_VERSION}`,
        );
    });
}
