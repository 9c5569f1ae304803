import type { Command } from 'commander';
import type { Filters } from '../../../host/engine/containers.ts';
import { listVolumes } from '../../../host/engine/volumes.ts';
import type { CliContext } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { collectFilter } from '../../flags/repeated.ts';
import { renderVolumes } from '../../format/volumes.ts';

interface VolumeLsOptions {
  readonly filter?: Filters;
  readonly format?: string;
  readonly quiet?: boolean;
}

export function define(command: Command, context: CliContext): void {
  command
    .option(
      '-f, --filter <name=value>',
      'Filter output based on conditions provided, e.g. dangling=true',
      collectFilter,
    )
    .option(
      '--format <template>',
      'Format output: table [TEMPLATE], json or a template, e.g. {{.Name}}',
    )
    .option('-q, --quiet', 'Only display volume names')
    .action(async ({ filter, format, quiet }: VolumeLsOptions) => {
      const volumes = await listVolumes(await connectEngine(context), filter);
      context.stdout.write(renderVolumes(volumes, { format, quiet }));
    });
}
