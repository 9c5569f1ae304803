import { type Command, Option } from 'commander';
import { stringify } from 'yaml';
import { serviceHash } from '../../../host/compose/apply/hash.ts';
import { addProjectFlags, type ProjectOptions } from '../../compose/project-flags.ts';
import { openProject } from '../../compose/project-options.ts';
import { type CliContext, printLine } from '../../context.ts';

interface ConfigOptions extends ProjectOptions {
  readonly format: 'yaml' | 'json';
  readonly hashes?: boolean;
  readonly images?: boolean;
  readonly quiet?: boolean;
  readonly services?: boolean;
}

export function define(command: Command, context: CliContext): void {
  addProjectFlags(command)
    .addOption(
      new Option('--format <format>', 'Format of the output: yaml or json')
        .choices(['yaml', 'json'])
        .default('yaml'),
    )
    .option('--hashes', 'Print the service config hash, one per line')
    .option('--images', 'Print the image names, one per line')
    .option('-q, --quiet', "Only validate the configuration, don't print anything")
    .option('--services', 'Print the service names, one per line')
    .action(async (options: ConfigOptions) => {
      const project = await openProject(context, options);
      const { name, services, networks, volumes, secrets, configs } = project;
      if (options.quiet) return;
      const lines = options.hashes
        ? Object.entries(services).map(([key, service]) => `${key} ${serviceHash(service)}`)
        : options.images
          ? [...new Set(Object.values(services).map(({ image }) => image))]
          : options.services && Object.keys(services);
      if (lines) {
        for (const line of lines) printLine(context, line);
        return;
      }
      const filled = Object.fromEntries(
        Object.entries({ services, networks, volumes, secrets, configs }).filter(
          ([, entries]) => Object.keys(entries).length > 0,
        ),
      );
      const document = { name, ...filled };
      context.stdout.write(
        options.format === 'json' ? `${JSON.stringify(document, null, 2)}\n` : stringify(document),
      );
    });
}
