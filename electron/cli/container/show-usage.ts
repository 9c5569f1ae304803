import type { Command } from 'commander';
import type { EngineClient } from '../../host/engine/connection/client.ts';
import { type Filters, listContainers } from '../../host/engine/containers.ts';
import { type ContainerUsage, containerUsage } from '../../host/engine/stats.ts';
import type { CliContext } from '../context.ts';
import { type ListingRow, renderListing } from '../format/listing.ts';
import { binarySize, humanSize } from '../format/size.ts';
import { shortId } from '../format/text.ts';
import { UsageWatch } from './usage-watch.ts';

export interface UsageOptions {
  readonly all?: boolean;
  readonly format?: string;
  readonly stream: boolean;
  readonly trunc: boolean;
}

/** Milliseconds between two updates. */
const REFRESH = 500;
/** Cursor to the top left; erase from there on. */
const HOME = '\x1b[H';
const ERASE_BELOW = '\x1b[J';

const TABLE =
  '{{.ID}}\t{{.Name}}\t{{.CPUPerc}}\t{{.MemUsage}}\t{{.MemPerc}}\t{{.NetIO}}\t{{.BlockIO}}\t{{.PIDs}}';

const HEADERS = {
  BlockIO: 'BLOCK I/O',
  Container: 'CONTAINER',
  CPUPerc: 'CPU %',
  ID: 'CONTAINER ID',
  MemPerc: 'MEM %',
  MemUsage: 'MEM USAGE / LIMIT',
  Name: 'NAME',
  NetIO: 'NET I/O',
  PIDs: 'PIDS',
};

export function addUsageFlags(command: Command): Command {
  return command
    .option('-a, --all', 'Show all containers (default shows just running)')
    .option(
      '--format <template>',
      'Format output: table [TEMPLATE], json or a template, e.g. {{.CPUPerc}}',
    )
    .option('--no-stream', 'Disable streaming stats and only pull the first result')
    .option('--no-trunc', "Don't truncate output");
}

/** The names of containers, or filters for all others. */
export type Watched = readonly string[] | Filters;

const isNames = (watched: Watched): watched is readonly string[] => Array.isArray(watched);

/** Shows the resource usage of the named containers, or of all that pass the filters. */
export async function showUsage(
  context: CliContext,
  engine: EngineClient,
  watched: Watched,
  options: UsageOptions,
): Promise<void> {
  const render = (usages: readonly ContainerUsage[]) =>
    renderListing(
      usages.map((usage) => usageRow(usage, options.trunc)),
      { format: options.format, table: TABLE, headers: HEADERS },
    );
  if (options.stream) await watch(context, engine, watched, options, render);
  else context.stdout.write(render(await lookOnce(engine, watched, options)));
}

async function lookOnce(
  engine: EngineClient,
  watched: Watched,
  { all = false }: UsageOptions,
): Promise<ContainerUsage[]> {
  const wanted = isNames(watched)
    ? watched
    : (await listContainers(engine, { all, filters: watched })).map(({ Id }) => Id);
  const usages = await Promise.all(
    wanted.map(async (name) => {
      for await (const usage of containerUsage(engine, name, { stream: false })) return [usage];
      return [];
    }),
  );
  return usages.flat();
}

/** Updates the table until the named containers are removed. */
async function watch(
  context: CliContext,
  engine: EngineClient,
  watched: Watched,
  { all = false }: UsageOptions,
  render: (usages: readonly ContainerUsage[]) => string,
): Promise<void> {
  const usages = new UsageWatch(engine);
  const show = () => {
    const table = render(usages.latest());
    context.stdout.write(
      context.stdout.isTTY ? `${HOME}${eraseLines(table)}${ERASE_BELOW}` : table,
    );
  };
  const timer = setInterval(show, REFRESH);
  try {
    if (context.stdout.isTTY) context.stdout.write(`${HOME}${ERASE_BELOW}`);
    await (isNames(watched) ? usages.follow(watched) : usages.followAll({ all, filters: watched }));
  } finally {
    clearInterval(timer);
    usages.end();
  }
}

/** Erases the ends of longer lines from the previous update. */
const eraseLines = (table: string) => table.replaceAll('\n', '\x1b[K\n');

/** The fields for `--format`, with Docker's names. */
function usageRow(usage: ContainerUsage, truncate: boolean): ListingRow {
  const size = (bytes: number) => humanSize(bytes, 3);
  return {
    BlockIO: `${size(usage.read)} / ${size(usage.written)}`,
    CPUPerc: `${usage.cpuPercent.toFixed(2)}%`,
    Container: truncate ? shortId(usage.id) : usage.id,
    ID: truncate ? shortId(usage.id) : usage.id,
    MemPerc: `${usage.memoryPercent.toFixed(2)}%`,
    MemUsage: `${binarySize(usage.memory)} / ${binarySize(usage.memoryLimit)}`,
    Name: usage.name,
    NetIO: `${size(usage.received)} / ${size(usage.sent)}`,
    PIDs: String(usage.processes),
  };
}
