import type { Command } from 'commander';
import { up } from '../../../host/compose/apply/up.ts';
import { openComposeHost } from '../../compose/compose-host.ts';
import { addProjectFlags, type ProjectOptions } from '../../compose/project-flags.ts';
import { openProject } from '../../compose/project-options.ts';
import { runWithProgress } from '../../compose/run-with-progress.ts';
import { parseScale } from '../../compose/scale.ts';
import type { CliContext } from '../../context.ts';

/** `deps` is false with `--no-deps`. */
type ScaleOptions = ProjectOptions & { readonly deps: boolean };

export function define(command: Command, context: CliContext): void {
  addProjectFlags(command.argument('<service=replicas...>'))
    .option('--no-deps', "Don't start linked services")
    .action(async (texts: string[], options: ScaleOptions) => {
      const scale = Object.fromEntries(texts.map((text) => parseScale(text, 'specifier')));
      const project = await openProject(context, options, Object.keys(scale));
      const host = await openComposeHost(context);
      const how = { services: Object.keys(scale), scale, noDeps: !options.deps, env: context.env };
      await runWithProgress(context, (report, signal) => up(host, project, how, report, signal));
    });
}
