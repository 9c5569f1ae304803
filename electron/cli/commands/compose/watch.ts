import type { Command } from 'commander';
import { up } from '../../../host/compose/apply/up.ts';
import { withBuilds } from '../../../host/compose/watch/prepare.ts';
import { watchProject } from '../../../host/compose/watch/watch.ts';
import { openComposeHost } from '../../compose/compose-host.ts';
import { addProjectFlags, type ProjectOptions } from '../../compose/project-flags.ts';
import { openProject } from '../../compose/project-options.ts';
import { runWithProgress } from '../../compose/run-with-progress.ts';
import { untilInterrupted } from '../../compose/show-logs.ts';
import { watching } from '../../compose/watching.ts';
import type { CliContext } from '../../context.ts';
import { ExitStatus, exitCodes } from '../../exit-code.ts';

interface WatchFlags extends ProjectOptions {
  readonly prune: boolean;
  readonly quiet?: boolean;
  /** False with `--no-up`. */
  readonly up: boolean;
}

export function define(command: Command, context: CliContext): void {
  addProjectFlags(command.argument('[services...]'))
    .option('--no-up', 'Do not build & start services before watching')
    .option('--prune', 'Prune dangling images on rebuild', true)
    .option('--no-prune', 'Keep the images that rebuilds replace')
    .option('--quiet', 'hide build output')
    .action((services: string[], flags: WatchFlags) => watch(context, services, flags));
}

async function watch(
  context: CliContext,
  services: readonly string[],
  flags: WatchFlags,
): Promise<void> {
  const project = await openProject(context, flags, services);
  const host = await openComposeHost(context);
  if (flags.up) {
    await runWithProgress(
      context,
      (report, signal) =>
        up(host, withBuilds(project), { services, env: context.env }, report, signal),
      { quiet: flags.quiet },
    );
  }
  const { prune } = flags;
  const options = watching(context, host, project, services, { prune, prefix: '' });
  await untilInterrupted(context, (signal) => watchProject(options, signal));
  options.say('Watch disabled');
  throw new ExitStatus(exitCodes.interrupted);
}
