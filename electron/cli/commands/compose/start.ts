import type { Command } from 'commander';
import { start } from '../../../host/compose/apply/lifecycle.ts';
import {
  addProjectOptions,
  nameProject,
  type ProjectOptions,
} from '../../compose/project-options.ts';
import { runWithProgress } from '../../compose/run-with-progress.ts';
import type { CliContext } from '../../context.ts';
import { connectEngine } from '../../engine.ts';

export function define(command: Command, context: CliContext): void {
  addProjectOptions(command.argument('[services...]')).action(
    async (services: string[], options: ProjectOptions) => {
      const { name, known } = await nameProject(context, options);
      const engine = await connectEngine(context);
      await runWithProgress(context, (report, signal) =>
        start(engine, name, { services, known }, report, signal),
      );
    },
  );
}
