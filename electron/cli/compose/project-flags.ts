import { Command, Option } from 'commander';
import { parseInteger } from '../flags/numbers.ts';
import { collect } from '../flags/repeated.ts';

/** The flags that choose the project. They may stand before the verb too. */
export interface ProjectOptions {
  readonly envFile?: readonly string[];
  readonly file?: readonly string[];
  readonly profile?: readonly string[];
  readonly projectDirectory?: string;
  readonly projectName?: string;
}

/** The flags as they stand before a verb. */
export function projectFlags(group: Command): void {
  define(group, { file: '-f, --file <file>', name: '-p, --project-name <name>' });
}

/** The flags behind a verb, whose own flags may be `-f` and `-p`. */
export function addProjectFlags(verb: Command, { ownPort = false } = {}): Command {
  const name = ownPort ? '--project-name <name>' : '-p, --project-name <name>';
  return define(verb, { file: '--file <file>', name });
}

/** `--index`: which container of a service. */
export function indexFlag(): Option {
  const about = 'Index of the container if service has multiple replicas';
  return new Option('--index <number>', about).argParser(parseInteger);
}

/** Accepts the flags on a verb that needs no project: people have them in an alias. */
export function ignoreProjectFlags(verb: Command): Command {
  for (const option of addProjectFlags(new Command()).options) {
    const { long, required } = option;
    verb.addOption(new Option(required ? `${long} <value>` : `${long}`).hideHelp());
  }
  return verb;
}

function define(command: Command, flags: { readonly file: string; readonly name: string }) {
  return (
    command
      .option('--dry-run', 'Print what the command would do, without doing it')
      .option('--env-file <file>', 'Specify an alternate environment file', collect)
      .option(flags.file, 'Compose configuration files; later files override earlier ones', collect)
      .option('--profile <name>', 'Specify a profile to enable', collect)
      .option(
        '--project-directory <path>',
        'Specify an alternate working directory (default: the path of the first Compose file)',
      )
      .option(flags.name, 'Project name')
      // Berth prints whole lines, with colors only on a terminal, and decides itself what runs at once.
      .addOption(new Option('--ansi <when>').hideHelp())
      .addOption(new Option('--parallel <number>').hideHelp())
      .addOption(new Option('--progress <type>').hideHelp())
  );
}
