import type { Command } from 'commander';
import { ofProject } from '../../../host/compose/apply/labels.ts';
import { listProjectContainers } from '../../../host/compose/apply/observe.ts';
import { requireServices } from '../../../host/compose/apply/require-services.ts';
import { listVolumes } from '../../../host/engine/volumes.ts';
import { addProjectFlags, type ProjectOptions } from '../../compose/project-flags.ts';
import { nameProject } from '../../compose/project-options.ts';
import type { CliContext } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { renderVolumes } from '../../format/volumes.ts';

interface VolumesOptions extends ProjectOptions {
  readonly format?: string;
  readonly quiet?: boolean;
}

export function define(command: Command, context: CliContext): void {
  addProjectFlags(command.argument('[services...]'))
    .option(
      '--format <template>',
      'Format output: table [TEMPLATE], json or a template, e.g. {{.Name}}',
    )
    .option('-q, --quiet', 'Only display volume names')
    .action(async (services: string[], options: VolumesOptions) => {
      const { name, known } = await nameProject(context, options);
      requireServices(services, known);
      const engine = await connectEngine(context);
      const volumes = await listVolumes(engine, ofProject(name));
      const containers = await listProjectContainers(engine, name);
      const used = new Set(
        containers
          .filter(({ service }) => services.includes(service))
          .flatMap(({ summary }) => summary.Mounts.map(({ Name }) => Name)),
      );
      const shown = services.length === 0 ? volumes : volumes.filter(({ Name }) => used.has(Name));
      context.stdout.write(renderVolumes(shown, options));
    });
}
