import type { Command } from 'commander';
import { HostError } from '../../../host/base/errors.ts';
import { up } from '../../../host/compose/apply/up.ts';
import {
  addProjectOptions,
  openProject,
  type ProjectOptions,
} from '../../compose/project-options.ts';
import { runWithProgress } from '../../compose/run-with-progress.ts';
import { showLogs } from '../../compose/show-logs.ts';
import type { CliContext } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { collect } from '../../flags/repeated.ts';

interface UpOptions extends ProjectOptions {
  readonly build?: boolean;
  readonly detach?: boolean;
  readonly forceRecreate?: boolean;
  /** False with `--no-recreate`. */
  readonly recreate: boolean;
  /** False with `--no-start`. */
  readonly start: boolean;
  readonly removeOrphans?: boolean;
  readonly scale?: readonly string[];
}

export function define(command: Command, context: CliContext): void {
  addProjectOptions(command.argument('[services...]'))
    .option('--build', 'Build images before starting containers')
    .option('-d, --detach', 'Detached mode: Run containers in the background')
    .option(
      '--force-recreate',
      "Recreate containers even if their configuration and image haven't changed",
    )
    .option('--no-recreate', "If containers already exist, don't recreate them")
    .option('--no-start', "Don't start the services after creating them")
    .option('--remove-orphans', 'Remove containers for services not defined in the Compose file')
    .option('--scale <service=number>', 'Number of containers for a service', collect)
    .action(async (services: string[], options: UpOptions) => {
      const project = await openProject(context, options);
      const engine = await connectEngine(context);
      const { credentials, settings } = await context.host();
      const { build = false, removeOrphans = false, forceRecreate, recreate, start } = options;
      await runWithProgress(context, (report, signal) =>
        up(
          { engine, credentials, settings },
          project,
          {
            ...{ services, build, removeOrphans, noStart: !start, env: context.env },
            recreate: forceRecreate ? 'always' : recreate ? 'changed' : 'never',
            scale: Object.fromEntries((options.scale ?? []).map(parseScale)),
          },
          report,
          signal,
        ),
      );
      if (options.detach || !start) return;
      await showLogs(context, engine, project.name, { services, follow: true });
    });
}

function parseScale(text: string): [string, number] {
  const [, service, count] = /^(.+)=(\d+)$/.exec(text) ?? [];
  if (service !== undefined) return [service, Number(count)];
  throw new HostError('invalid', `invalid --scale option "${text}". Should be SERVICE=NUM`);
}
