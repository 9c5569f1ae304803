import type { Command } from 'commander';
import { listProjectContainers } from '../../../host/compose/apply/observe.ts';
import { requireServices } from '../../../host/compose/apply/require-services.ts';
import { addProjectFlags, type ProjectOptions } from '../../compose/project-flags.ts';
import { nameProject } from '../../compose/project-options.ts';
import { type CliContext, printLine } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { displayPorts } from '../../format/ports.ts';
import { renderTable } from '../../table.ts';

interface PsOptions extends ProjectOptions {
  readonly all?: boolean;
  readonly quiet?: boolean;
}

export function define(command: Command, context: CliContext): void {
  addProjectFlags(command.argument('[services...]'))
    .option('-a, --all', 'Show all containers (default shows just running)')
    .option('-q, --quiet', 'Only display IDs')
    .action(async (services: string[], options: PsOptions) => {
      const { name, known } = await nameProject(context, options);
      const found = await listProjectContainers(await connectEngine(context), name);
      requireServices(services, [...known, ...found.map(({ service }) => service)]);
      const shown = found.filter(
        ({ service, state, oneoff }) =>
          (options.all || (state === 'running' && !oneoff)) &&
          (services.length === 0 || services.includes(service)),
      );
      if (options.quiet) {
        for (const { id } of shown) printLine(context, id);
        return;
      }
      const rows = shown.map(({ name: own, service, status, summary }) => [
        ...[own, summary.Image, service, status, displayPorts(summary.Ports)],
      ]);
      context.stdout.write(renderTable([['NAME', 'IMAGE', 'SERVICE', 'STATUS', 'PORTS'], ...rows]));
    });
}
