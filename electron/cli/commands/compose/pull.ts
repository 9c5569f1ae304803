import { type Command, Option } from 'commander';
import { prepareImages } from '../../../host/compose/apply/prepare-images.ts';
import { selectedServices } from '../../../host/compose/file/dependencies.ts';
import { BUILT_NAME } from '../../../host/compose/file/project.ts';
import { mapValues } from '../../../host/compose/file/record.ts';
import { openComposeHost } from '../../compose/compose-host.ts';
import { addProjectFlags, type ProjectOptions } from '../../compose/project-flags.ts';
import { openProject } from '../../compose/project-options.ts';
import { runWithProgress } from '../../compose/run-with-progress.ts';
import type { CliContext } from '../../context.ts';

interface PullOptions extends ProjectOptions {
  readonly ignoreBuildable?: boolean;
  readonly ignorePullFailures?: boolean;
  readonly includeDeps?: boolean;
  readonly policy?: 'missing' | 'always';
  readonly quiet?: boolean;
}

export function define(command: Command, context: CliContext): void {
  addProjectFlags(command.argument('[services...]'))
    .option('--ignore-buildable', 'Ignore images that can be built')
    .option('--ignore-pull-failures', 'Pull what it can and ignores images with pull failures')
    .option('--include-deps', 'Also pull services declared as dependencies')
    .addOption(new Option('--policy <policy>', 'Apply pull policy').choices(['missing', 'always']))
    .option('-q, --quiet', 'Pull without printing progress information')
    .action((names: string[], options: PullOptions) => pull(context, names, options));
}

async function pull(
  context: CliContext,
  names: readonly string[],
  options: PullOptions,
): Promise<void> {
  const {
    ignoreBuildable = false,
    ignorePullFailures = false,
    includeDeps,
    policy,
    quiet,
  } = options;
  const opened = await openProject(context, options, names);
  const services = selectedServices(opened.services, names, { noDeps: !includeDeps });
  for (const [name, service] of Object.entries(opened.services)) {
    // The image of a build without a name is in no registry.
    if (service.build && (ignoreBuildable || service[BUILT_NAME])) services.delete(name);
  }
  const project =
    policy === undefined
      ? opened
      : {
          ...opened,
          services: mapValues(opened.services, (service) => ({ ...service, pull_policy: policy })),
        };
  const host = await openComposeHost(context);
  const how = { pull: policy !== 'missing', pullBuildable: true, services };
  await runWithProgress(
    context,
    (report, signal) =>
      prepareImages(host, project, { ...how, ignorePullFailures }, report, signal),
    { quiet },
  );
}
