import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { HostError } from '../../../host/base/errors.ts';
import { isRecord } from '../../../host/base/is-record.ts';
import { requireServices } from '../../../host/compose/apply/require-services.ts';
import { environmentOf } from '../../../host/compose/file/project.ts';
import { selectServices } from '../../../host/compose/file/select-services.ts';
import { linesOf } from '../../compose/config-lines.ts';
import { type ConfigOptions, configText, modelText } from '../../compose/config-text.ts';
import { variablesText } from '../../compose/config-variables.ts';
import { addProjectFlags } from '../../compose/project-flags.ts';
import { openModel, openProject } from '../../compose/project-options.ts';
import { type CliContext, printLine } from '../../context.ts';

export function define(command: Command, context: CliContext): void {
  addProjectFlags(command)
    .argument('[service...]')
    .option('--environment', 'Print environment used for interpolation')
    .option('--format <format>', 'Format of the output: yaml or json (default: yaml)')
    .option('--hash <services>', 'Print the service config hash, one per line ("*" for all)')
    .option('--images', 'Print the image names, one per line')
    .option('--lock-image-digests', 'Produces an override file with image digests')
    .option('--models', 'Print the model names, one per line')
    .option('--networks', 'Print the network names, one per line')
    .option('--no-consistency', "Don't check model consistency")
    // Docker Compose resolves the files here too.
    .addOption(new Option('--no-env-resolution').hideHelp())
    .option('--no-interpolate', "Don't interpolate environment variables")
    .option('--no-normalize', "Don't normalize compose model")
    .option('--no-path-resolution', "Don't resolve file paths")
    .option('-o, --output <file>', 'Save to file (default: standard output)')
    .option('--profiles', 'Print the profile names, one per line')
    .option('-q, --quiet', "Only validate the configuration, don't print anything")
    .option('--resolve-image-digests', 'Pin image tags to digests')
    .option('--services', 'Print the service names, one per line')
    .option('--variables', 'Print model variables and default values')
    .option('--volumes', 'Print the volume names, one per line')
    .action((services: string[], options: ConfigOptions) => config(context, services, options));
}

async function config(
  context: CliContext,
  services: readonly string[],
  options: ConfigOptions,
): Promise<void> {
  const { format = 'yaml', interpolate, output, quiet } = options;
  const reading = {
    keepPaths: !options.pathResolution,
    normalize: options.normalize,
    consistent: options.consistency,
    // What Berth can't run can be shown.
    runnable: false,
  };
  const print = async (text: string) => {
    if (quiet) return;
    if (output === undefined) context.stdout.write(text);
    else await writeFile(resolve(output), text);
  };
  if (options.variables) {
    const model = await openModel(context, options, reading);
    if (!quiet) context.stdout.write(variablesText(model, options.format));
    return;
  }
  if (!['yaml', 'json'].includes(format)) {
    throw new HostError('invalid', `unsupported format "${format}"`);
  }
  if (!interpolate && isDocument(options)) {
    const model = await openModel(context, options, reading);
    if (options.services) {
      const names = Object.keys(isRecord(model.services) ? model.services : {});
      if (!quiet) for (const name of names) printLine(context, name);
      return;
    }
    await print(await modelText(context, model, { ...options, format }));
    return;
  }
  const whole = await openProject(context, options, services, reading);
  requireServices(services, Object.keys(whole.services));
  const project = selectServices(whole, services);
  if (options.environment) {
    const known = { ...environmentOf(whole, context.env), COMPOSE_PROJECT_NAME: whole.name };
    const lines = Object.entries(known).map(([name, value]) => `${name}=${value ?? ''}`);
    if (!quiet) for (const line of lines.sort()) printLine(context, line);
    return;
  }
  const lines = linesOf(whole, project, options);
  if (lines) {
    if (!quiet) for (const line of lines) printLine(context, line);
    return;
  }
  // The output is a Compose file again, in which a dollar sign would begin a variable.
  await print((await configText(context, project, { ...options, format })).replaceAll('$', '$$$$'));
}

/** Whether the flags ask for the file, or for its services. */
const isDocument = ({ services, volumes, networks, models, hash, ...others }: ConfigOptions) =>
  services ||
  !(
    volumes ||
    networks ||
    models ||
    hash ||
    others.profiles ||
    others.images ||
    others.environment
  );
