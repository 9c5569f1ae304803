import type { Command } from 'commander';
import { up } from '../../../host/compose/apply/up.ts';
import { openComposeHost } from '../../compose/compose-host.ts';
import { addCreationFlags, type CreationOptions, creation } from '../../compose/creation-flags.ts';
import { withPolicies } from '../../compose/image-policies.ts';
import { addProjectFlags, type ProjectOptions } from '../../compose/project-flags.ts';
import { openProject } from '../../compose/project-options.ts';
import { runWithProgress, withoutImages } from '../../compose/run-with-progress.ts';
import type { CliContext } from '../../context.ts';

export function define(command: Command, context: CliContext): void {
  addCreationFlags(addProjectFlags(command.argument('[services...]'))).action(
    async (services: string[], options: ProjectOptions & CreationOptions) => {
      const project = withPolicies(await openProject(context, options, services), options);
      const host = await openComposeHost(context);
      const how = { ...creation(options), services, noStart: true, env: context.env };
      await runWithProgress(context, (report, signal) =>
        up(host, project, how, withoutImages(report, options), signal),
      );
    },
  );
}
