import type { Command } from 'commander';
import { restart } from '../../host/compose/lifecycle.ts';
import { addProjectOptions, type ProjectOptions, projectName } from '../compose/project-options.ts';
import { runWithProgress } from '../compose/run-with-progress.ts';
import type { CliContext } from '../context.ts';
import { connectEngine } from '../engine.ts';
import { parseInteger } from '../flags/numbers.ts';

interface LifecycleOptions extends ProjectOptions {
  readonly timeout?: number;
}

export function define(command: Command, context: CliContext): void {
  addProjectOptions(command.argument('[services...]'))
    .option('-t, --timeout <seconds>', 'Time until a container is killed', parseInteger)
    .action(async (services: string[], options: LifecycleOptions) => {
      const name = await projectName(context, options);
      const engine = await connectEngine(context);
      const { timeout } = options;
      const how = { services, ...(timeout !== undefined && { timeout }) };
      await runWithProgress(context, (report, signal) =>
        restart(engine, name, how, report, signal),
      );
    });
}
