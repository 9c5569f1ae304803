import type { Command } from 'commander';
import { stop } from '../../../host/compose/apply/lifecycle.ts';
import { removeStopped, stoppedContainers } from '../../../host/compose/apply/remove-stopped.ts';
import { addProjectFlags, type ProjectOptions } from '../../compose/project-flags.ts';
import { nameProject } from '../../compose/project-options.ts';
import { runWithProgress } from '../../compose/run-with-progress.ts';
import { type CliContext, printLine } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { confirmed } from '../../prompt/confirm.ts';

interface RemoveOptions extends ProjectOptions {
  readonly force?: boolean;
  readonly stop?: boolean;
  readonly volumes?: boolean;
}

export function define(command: Command, context: CliContext): void {
  addProjectFlags(command.argument('[services...]'))
    .option('-f, --force', "Don't ask to confirm removal")
    .option('-s, --stop', 'Stop the containers, if required, before removing')
    .option('-v, --volumes', 'Remove any anonymous volumes attached to containers')
    .action((services: string[], options: RemoveOptions) => remove(context, services, options));
}

async function remove(
  context: CliContext,
  services: readonly string[],
  options: RemoveOptions,
): Promise<void> {
  const { name, known } = await nameProject(context, options, services);
  const engine = await connectEngine(context);
  if (options.stop) {
    await runWithProgress(context, (report, signal) =>
      stop(engine, name, { services, known }, report, signal),
    );
  }
  const containers = await stoppedContainers(engine, name, services);
  if (containers.length === 0) {
    context.stderr.write('No stopped containers\n');
    return;
  }
  const names = containers.map((container) => container.name).join(', ');
  const going = `Going to remove ${names}`;
  if (options.force) printLine(context, going);
  else if (!(await confirmed(context, `? ${going} (y/N) `))) return;
  const { volumes } = options;
  await runWithProgress(context, (report) =>
    removeStopped(engine, containers, { volumes }, report),
  );
}
