import type { Command } from 'commander';
import { pushImages } from '../../../host/compose/apply/push-images.ts';
import { selectedServices } from '../../../host/compose/file/dependencies.ts';
import { openComposeHost } from '../../compose/compose-host.ts';
import { addProjectFlags, type ProjectOptions } from '../../compose/project-flags.ts';
import { openProject } from '../../compose/project-options.ts';
import { runWithProgress } from '../../compose/run-with-progress.ts';
import type { CliContext } from '../../context.ts';

interface PushOptions extends ProjectOptions {
  readonly ignorePushFailures?: boolean;
  readonly includeDeps?: boolean;
  readonly quiet?: boolean;
}

export function define(command: Command, context: CliContext): void {
  addProjectFlags(command.argument('[services...]'))
    .option('--ignore-push-failures', 'Push what it can and ignores images with push failures')
    .option('--include-deps', 'Also push images of services declared as dependencies')
    .option('-q, --quiet', 'Push without printing progress information')
    .action(async (names: string[], options: PushOptions) => {
      const project = await openProject(context, options, names);
      const host = await openComposeHost(context);
      const { ignorePushFailures: ignoreFailures = false, includeDeps, quiet } = options;
      const services = selectedServices(project.services, names, { noDeps: !includeDeps });
      await runWithProgress(
        context,
        (report, signal) => pushImages(host, project, { services, ignoreFailures }, report, signal),
        { quiet },
      );
    });
}
