import { type Command, Option } from 'commander';
import { HostError } from '../../../host/base/errors.ts';
import { listProjectContainers } from '../../../host/compose/apply/observe.ts';
import { runningProjects } from '../../../host/compose/running-projects.ts';
import type { Filters } from '../../../host/engine/containers.ts';
import { ignoreProjectFlags } from '../../compose/project-flags.ts';
import { type CliContext, printLine } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { collectFilter } from '../../flags/repeated.ts';
import { renderTable } from '../../table.ts';

interface ListOptions {
  readonly all?: boolean;
  readonly filter?: Filters;
  readonly format: 'table' | 'json';
  readonly quiet?: boolean;
}

export function define(command: Command, context: CliContext): void {
  ignoreProjectFlags(command)
    .option('-a, --all', 'Show all stopped Compose projects')
    .option('--filter <name=value>', 'Filter output based on conditions provided', collectFilter)
    .addOption(
      new Option('--format <format>', 'Format the output')
        .choices(['table', 'json'])
        .default('table'),
    )
    .option('-q, --quiet', 'Only display project names')
    .action(async ({ all = false, filter = {}, format, quiet }: ListOptions) => {
      for (const name of Object.keys(filter)) {
        if (name !== 'name') throw new HostError('invalid', `invalid filter '${name}'`);
      }
      const containers = await listProjectContainers(await connectEngine(context));
      const projects = runningProjects(containers, { all, names: filter.name ?? [] });
      if (quiet) for (const { Name } of projects) printLine(context, Name);
      else if (format === 'json') printLine(context, JSON.stringify(projects));
      else {
        const rows = projects.map(({ Name, Status, ConfigFiles }) => [Name, Status, ConfigFiles]);
        context.stdout.write(renderTable([['NAME', 'STATUS', 'CONFIG FILES'], ...rows], 20));
      }
    });
}
