import type { Command } from 'commander';
import { HostError } from '../../../host/base/errors.ts';
import { down } from '../../../host/compose/apply/down.ts';
import { ACTIVE_STATES, listProjectContainers } from '../../../host/compose/apply/observe.ts';
import { waitContainer } from '../../../host/engine/containers.ts';
import { addProjectFlags, type ProjectOptions } from '../../compose/project-flags.ts';
import { nameProject } from '../../compose/project-options.ts';
import { runWithProgress } from '../../compose/run-with-progress.ts';
import { type CliContext, printLine } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { ExitStatus } from '../../exit-code.ts';

interface WaitOptions extends ProjectOptions {
  readonly downProject?: boolean;
}

export function define(command: Command, context: CliContext): void {
  addProjectFlags(command.argument('<services...>'))
    .option('--down-project', 'Drops project when the first container stops')
    .action(async (services: string[], options: WaitOptions) => {
      const { name, project } = await nameProject(context, options, services);
      const engine = await connectEngine(context);
      const running = (await listProjectContainers(engine, name)).filter(
        ({ service, state }) => ACTIVE_STATES.includes(state) && services.includes(service),
      );
      if (running.length === 0) {
        throw new HostError('invalid', `no containers for project "${name}"`);
      }
      let last = 0;
      const ends = running.map(async ({ id }) => {
        const { exitCode } = await waitContainer(engine, id);
        last = await exitCode;
        printLine(context, `container "${id}" exited with status code ${last}`);
      });
      await (options.downProject ? Promise.race(ends) : Promise.all(ends));
      if (options.downProject) {
        await runWithProgress(context, (report, signal) =>
          down(engine, name, { ...(project && { project }) }, report, signal),
        );
        await Promise.allSettled(ends);
      }
      if (last !== 0) throw new ExitStatus(last);
    });
}
