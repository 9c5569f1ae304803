import { type Command, Option } from 'commander';
import { splitEntry } from '../../../../guest-agent/grammar/key-values.ts';
import { prepareImages } from '../../../host/compose/apply/prepare-images.ts';
import { pushImages } from '../../../host/compose/apply/push-images.ts';
import { requireServices } from '../../../host/compose/apply/require-services.ts';
import type { ServiceBuild } from '../../../host/compose/file/build-schema.ts';
import { selectedServices } from '../../../host/compose/file/dependencies.ts';
import type { Project } from '../../../host/compose/file/project.ts';
import { mapValues } from '../../../host/compose/file/record.ts';
import { openComposeHost } from '../../compose/compose-host.ts';
import { addProjectFlags, type ProjectOptions } from '../../compose/project-flags.ts';
import { openProject } from '../../compose/project-options.ts';
import { runWithProgress } from '../../compose/run-with-progress.ts';
import type { CliContext } from '../../context.ts';
import { collect } from '../../flags/repeated.ts';

interface BuildOptions extends ProjectOptions {
  readonly buildArg?: readonly string[];
  /** False with `--no-cache`. */
  readonly cache: boolean;
  readonly provenance?: string;
  readonly pull?: boolean;
  readonly push?: boolean;
  readonly quiet?: boolean;
  readonly sbom?: string;
  readonly ssh?: string;
  readonly withDependencies?: boolean;
}

export function define(command: Command, context: CliContext): void {
  addProjectFlags(command.argument('[services...]'))
    .option('--build-arg <name=value>', 'Set build-time variables for services', collect)
    // There is one builder, whose memory is the VM's.
    .addOption(new Option('--builder <name>').hideHelp())
    .addOption(new Option('-m, --memory <bytes>').hideHelp())
    .option('--no-cache', 'Do not use cache when building the image')
    .option('--provenance <value>', 'Add a provenance attestation')
    .option('--pull', 'Always attempt to pull a newer version of the image')
    .option('--push', 'Push service images')
    .option('-q, --quiet', 'Suppress the build output')
    .option('--sbom <value>', 'Add a SBOM attestation')
    .option('--ssh <value>', 'Set SSH authentications used when building service images')
    .option('--with-dependencies', 'Also build dependencies (transitively)')
    .action((names: string[], options: BuildOptions) => build(context, names, options));
}

async function build(
  context: CliContext,
  names: readonly string[],
  options: BuildOptions,
): Promise<void> {
  const project = withFlags(await openProject(context, options, names), options, context.env);
  requireServices(names, Object.keys(project.services));
  const { quiet, push, withDependencies } = options;
  const chosen = selectedServices(project.services, names, { noDeps: !withDependencies });
  const services = new Set([...chosen].filter((name) => project.services[name]?.build));
  const host = await openComposeHost(context);
  await runWithProgress(
    context,
    async (report, signal) => {
      const how = { build: true, services, env: context.env };
      await prepareImages(host, project, how, report, signal);
      if (!push) return;
      await pushImages(host, project, { services, ignoreFailures: false }, report, signal);
    },
    { quiet },
  );
}

/** The project with builds as the flags want them. */
function withFlags(
  project: Project,
  { buildArg = [], cache, provenance, pull, sbom, ssh }: BuildOptions,
  env: CliContext['env'],
): Project {
  const args = Object.fromEntries(
    buildArg.map((entry) => {
      const [name, value] = splitEntry(entry);
      return [name, value ?? env[name] ?? null];
    }),
  );
  const flags: Partial<ServiceBuild> = {
    ...(!cache && { no_cache: true }),
    ...(pull && { pull }),
    ...(provenance !== undefined && { provenance }),
    ...(sbom !== undefined && { sbom }),
    ...(ssh !== undefined && { ssh: [ssh] }),
  };
  const services = mapValues(project.services, (service) => {
    const settings = service.build as ServiceBuild | undefined;
    if (settings === undefined) return service;
    return { ...service, build: { ...settings, ...flags, args: { ...settings.args, ...args } } };
  });
  return { ...project, services };
}
