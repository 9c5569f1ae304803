import type { Command } from 'commander';
import { kill } from '../../../host/compose/apply/lifecycle.ts';
import { addProjectFlags, type ProjectOptions } from '../../compose/project-flags.ts';
import { nameProject } from '../../compose/project-options.ts';
import { runWithProgress } from '../../compose/run-with-progress.ts';
import type { CliContext } from '../../context.ts';
import { connectEngine } from '../../engine.ts';

export function define(command: Command, context: CliContext): void {
  addProjectFlags(command.argument('[services...]'))
    .option('--remove-orphans', 'Remove containers for services not defined in the Compose file')
    .option('-s, --signal <signal>', 'Signal to send to the container', 'SIGKILL')
    .action(async (services: string[], options: ProjectOptions & { readonly signal: string }) => {
      const { name, known } = await nameProject(context, options);
      const engine = await connectEngine(context);
      let isKilled = false;
      await runWithProgress(context, (report, signal) => {
        const counted: typeof report = (event) => {
          isKilled = true;
          report(event);
        };
        return kill(options.signal)(engine, name, { services, known }, counted, signal);
      });
      if (!isKilled) context.stderr.write('no container to kill\n');
    });
}
