import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { HostError } from '../../../host/base/errors.ts';
import { serviceHash } from '../../../host/compose/apply/hash.ts';
import { requireServices } from '../../../host/compose/apply/require-services.ts';
import { configDocument, configJson } from '../../../host/compose/file/config-document.ts';
import { inDependencyOrder } from '../../../host/compose/file/dependencies.ts';
import { goYaml } from '../../../host/compose/file/go-yaml.ts';
import type { Project } from '../../../host/compose/file/project.ts';
import { selectServices } from '../../../host/compose/file/select-services.ts';
import { addProjectFlags, type ProjectOptions } from '../../compose/project-flags.ts';
import { openProject } from '../../compose/project-options.ts';
import { type CliContext, printLine } from '../../context.ts';

interface ConfigOptions extends ProjectOptions {
  readonly format: 'yaml' | 'json';
  readonly hash?: string;
  readonly images?: boolean;
  readonly networks?: boolean;
  readonly output?: string;
  readonly profiles?: boolean;
  readonly quiet?: boolean;
  readonly services?: boolean;
  readonly volumes?: boolean;
}

export function define(command: Command, context: CliContext): void {
  addProjectFlags(command)
    .argument('[service...]')
    .addOption(
      new Option('--format <format>', 'Format of the output: yaml or json')
        .choices(['yaml', 'json'])
        .default('yaml'),
    )
    .option('--hash <services>', 'Print the service config hash, one per line ("*" for all)')
    .option('--images', 'Print the image names, one per line')
    .option('--networks', 'Print the network names, one per line')
    .option('-o, --output <file>', 'Save to file (default: standard output)')
    .option('--profiles', 'Print the profile names, one per line')
    .option('-q, --quiet', "Only validate the configuration, don't print anything")
    .option('--services', 'Print the service names, one per line')
    .option('--volumes', 'Print the volume names, one per line')
    .action(async (services: string[], options: ConfigOptions) => {
      const whole = await openProject(context, options, services);
      requireServices(services, Object.keys(whole.services));
      const project = selectServices(whole, services);
      if (options.quiet) return;
      const lines = linesOf(whole, project, options);
      if (lines) {
        for (const line of lines) printLine(context, line);
        return;
      }
      // The output is a Compose file again, in which a dollar sign would begin a variable.
      const text = documentText(project, options.format).replaceAll('$', '$$$$');
      if (options.output === undefined) context.stdout.write(text);
      else await writeFile(resolve(options.output), text);
    });
}

const documentText = (project: Project, format: ConfigOptions['format']): string =>
  format === 'json' ? configJson(project) : goYaml(configDocument(project));

function linesOf(
  whole: Project,
  project: Project,
  options: ConfigOptions,
): readonly string[] | undefined {
  if (options.services) return inDependencyOrder(whole.services);
  if (options.volumes) return Object.keys(whole.volumes);
  if (options.networks) return Object.keys(whole.networks);
  if (options.hash !== undefined) return hashes(whole, options.hash);
  if (options.profiles) return [...whole.profiles].sort();
  if (options.images) return Object.values(project.services).map(({ image }) => image);
  return undefined;
}

/** The hashes of services with these names, or of all services. */
function hashes({ services }: Project, names: string): string[] {
  const chosen = names === '*' ? Object.keys(services) : names.split(',');
  return chosen.sort().map((name) => {
    const service = services[name];
    if (!service) throw new HostError('invalid', `no such service: ${name}`);
    return `${name} ${serviceHash(service)}`;
  });
}
