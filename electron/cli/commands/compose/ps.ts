import { type Command, Option } from 'commander';
import { HostError } from '../../../host/base/errors.ts';
import type { ProjectContainer } from '../../../host/compose/apply/observe.ts';
import { ACTIVE_STATES, listProjectContainers } from '../../../host/compose/apply/observe.ts';
import { requireServices } from '../../../host/compose/apply/require-services.ts';
import { addProjectFlags, type ProjectOptions } from '../../compose/project-flags.ts';
import { nameProject } from '../../compose/project-options.ts';
import { type CliContext, printLine } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { collect } from '../../flags/repeated.ts';
import { type ListingRow, renderListing } from '../../format/listing.ts';
import { HEADERS as CONTAINER_HEADERS, containerRow } from '../container/ps.ts';

interface PsOptions extends ProjectOptions {
  readonly all?: boolean;
  readonly filter?: string;
  readonly format?: string;
  readonly orphans: boolean;
  readonly quiet?: boolean;
  readonly services?: boolean;
  readonly status?: readonly string[];
  readonly trunc: boolean;
}

const TABLE =
  '{{.Name}}\t{{.Image}}\t{{.Command}}\t{{.Service}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}';
const HEADERS = {
  ...CONTAINER_HEADERS,
  ...{ ExitCode: 'EXIT CODE', Health: 'HEALTH', Name: 'NAME' },
  ...{ Project: 'PROJECT', Service: 'SERVICE' },
};

export function define(command: Command, context: CliContext): void {
  addProjectFlags(command.argument('[services...]'))
    .option('-a, --all', 'Show all containers (default shows just running)')
    .option('--filter <status=value>', 'Filter services by status')
    .option(
      '--format <format>',
      'Format output: table [TEMPLATE], json or a template, e.g. {{.Name}}',
    )
    .option('--no-orphans', 'Leave out services that the files don’t have')
    .option('--no-trunc', "Don't truncate output")
    .option('-q, --quiet', 'Only display IDs')
    .option('--services', 'Display services')
    .addOption(new Option('--status <status>', 'Filter services by status').argParser(collect))
    .action(async (services: string[], options: PsOptions) => {
      const statuses = [...(options.status ?? []), ...statusOf(options.filter)];
      const { name, known } = await nameProject(context, options);
      const found = await listProjectContainers(await connectEngine(context), name);
      requireServices(services, [...known, ...found.map(({ service }) => service)]);
      const chosen = services.length > 0 || options.orphans ? services : known;
      const shown = found.filter(
        ({ service, state, oneoff }) =>
          (statuses.length > 0
            ? statuses.includes(state)
            : options.all || (ACTIVE_STATES.includes(state) && !oneoff)) &&
          (chosen.length === 0 || chosen.includes(service)),
      );
      if (options.quiet)
        return printAll(
          context,
          shown.map(({ id }) => id),
        );
      if (options.services) {
        return printAll(context, [...new Set(shown.map(({ service }) => service))]);
      }
      const rows = shown.map((container) => rowOf(name, container, options.trunc));
      const { format } = options;
      context.stdout.write(renderListing(rows, { format, table: TABLE, headers: HEADERS }));
    });
}

function printAll(context: CliContext, lines: readonly string[]): void {
  for (const line of lines) printLine(context, line);
}

function statusOf(filter: string | undefined): string[] {
  if (filter === undefined) return [];
  const [name, ...value] = filter.split('=');
  if (value.length === 0) {
    throw new HostError('invalid', 'arguments to --filter should be in form KEY=VAL');
  }
  if (name !== 'status') throw new HostError('invalid', `unknown filter ${name}`);
  return [value.join('=')];
}

/** The fields for `--format`, with the names of Docker Compose. */
function rowOf(Project: string, container: ProjectContainer, truncate: boolean): ListingRow {
  const { name: Name, service: Service, summary, status } = container;
  const fields = containerRow(summary, truncate);
  const [, exit] = /^Exited \((\d+)\)/.exec(status) ?? [];
  const [, health = ''] = /\((healthy|unhealthy|health: starting)\)/.exec(status) ?? [];
  const Publishers = summary.Ports.map(({ IP, PrivatePort, PublicPort, Type }) => ({
    ...{ URL: IP ?? '', TargetPort: PrivatePort, PublishedPort: PublicPort ?? 0, Protocol: Type },
  }));
  return {
    ...fields,
    ...{ ExitCode: Number(exit ?? 0), Health: health.replace('health: ', '') },
    ...{ Name, Project, Publishers, Service },
  };
}
