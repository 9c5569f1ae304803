import { type Command, Option } from 'commander';
import { splitEntry } from '../../../../guest-agent/grammar/key-values.ts';
import { bakeFile } from '../../../host/compose/apply/bake-file.ts';
import { askOfService } from '../../../host/compose/apply/build-service.ts';
import type { ComposeHost } from '../../../host/compose/apply/compose-host.ts';
import { prepareImages } from '../../../host/compose/apply/prepare-images.ts';
import { pushImages } from '../../../host/compose/apply/push-images.ts';
import { requireServices } from '../../../host/compose/apply/require-services.ts';
import type { ServiceBuild } from '../../../host/compose/file/build-schema.ts';
import { selectedServices } from '../../../host/compose/file/dependencies.ts';
import { goJsonText } from '../../../host/compose/file/go-json.ts';
import { environmentOf, type Project } from '../../../host/compose/file/project.ts';
import { mapValues } from '../../../host/compose/file/record.ts';
import { answerOf } from '../../build/question.ts';
import { openComposeHost } from '../../compose/compose-host.ts';
import { addProjectFlags, type ProjectOptions } from '../../compose/project-flags.ts';
import { openProject } from '../../compose/project-options.ts';
import { runWithProgress } from '../../compose/run-with-progress.ts';
import type { CliContext } from '../../context.ts';
import { ExitStatus } from '../../exit-code.ts';
import { collect } from '../../flags/repeated.ts';
import { onInterruption } from '../../session/interruption.ts';

interface BuildOptions extends ProjectOptions {
  readonly buildArg?: readonly string[];
  /** False with `--no-cache`. */
  readonly cache: boolean;
  readonly check?: boolean;
  readonly print?: boolean;
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
    .option('--check', 'Check the Dockerfiles of services, without building')
    // There is one builder, whose memory is the VM's.
    .addOption(new Option('--builder <name>').hideHelp())
    .addOption(new Option('-m, --memory <bytes>').hideHelp())
    .option('--no-cache', 'Do not use cache when building the image')
    .option('--print', 'Print the equivalent file for `docker buildx bake`, without building')
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
  // Attestations that flags ask for aren't part of the file.
  const { provenance, sbom, ...printed } = options;
  const flags = options.print ? printed : options;
  const project = withFlags(await openProject(context, options, names), flags, context.env);
  requireServices(names, Object.keys(project.services));
  const { quiet, push, withDependencies } = options;
  const chosen = selectedServices(project.services, names, { noDeps: !withDependencies });
  const services = new Set([...chosen].filter((name) => project.services[name]?.build));
  if (options.print) {
    const file = await bakeFile(project, services, { check: options.check, push });
    if (file) context.stdout.write(`${goJsonText(file)}\n`);
    return;
  }
  const host = await openComposeHost(context);
  if (options.check) return check(context, host, project, services);
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

/** Prints the warnings about each service's Dockerfile. Exits with 1 if there are any. */
async function check(
  context: CliContext,
  host: ComposeHost,
  project: Project,
  services: ReadonlySet<string>,
): Promise<void> {
  const question = { request: 'frontend.lint', asJson: false };
  const env = environmentOf(project, context.env);
  const leaving = new AbortController();
  using _ = onInterruption(context.signals, () => leaving.abort());
  let isGood = true;
  for (const name of [...services].sort()) {
    const service = project.services[name];
    if (!service) continue;
    const wanted = { project, image: service.image, service, env };
    const answer = await askOfService(host, wanted, question.request, leaving.signal);
    const { text, exitCode } = answerOf(question, answer);
    context.stdout.write(`${name}\n\n${text}\n`);
    if (exitCode !== 0 || text.includes('WARNING: ')) isGood = false;
  }
  if (!isGood) throw new ExitStatus(1);
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
