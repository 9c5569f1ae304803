import { type Command, Option } from 'commander';
import { stringify } from 'yaml';
import { serviceHash } from '../../../host/compose/apply/hash.ts';
import {
  addProjectOptions,
  openProject,
  type ProjectOptions,
} from '../../compose/project-options.ts';
import { type CliContext, printLine } from '../../context.ts';

interface ConfigOptions extends ProjectOptions {
  readonly format: 'yaml' | 'json';
  readonly hashes?: boolean;
  readonly images?: boolean;
  readonly quiet?: boolean;
  readonly services?: boolean;
}

export function define(command: Command, context: CliContext): void {
  addProjectOptions(command)
    .addOption(
      new Option('--format <format>', 'yaml or json').choices(['yaml', 'json']).default('yaml'),
    )
    .option('--hashes', 'Print the hash of each service')
    .option('--images', 'Print the names of the images')
    .option('-q, --quiet', 'Print nothing: only say what is wrong')
    .option('--services', 'Print the names of the services')
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
