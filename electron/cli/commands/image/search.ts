import type { Command } from 'commander';
import type { Filters } from '../../../host/engine/containers.ts';
import { searchImages } from '../../../host/engine/image-archives.ts';
import type { CliContext } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { parseInteger } from '../../flags/numbers.ts';
import { collectFilter } from '../../flags/repeated.ts';
import { renderListing } from '../../format/listing.ts';
import { ellipsis } from '../../format/text.ts';

interface SearchOptions {
  readonly filter?: Filters;
  readonly format?: string;
  readonly limit?: number;
  readonly trunc: boolean;
}

const HEADERS = {
  Name: 'NAME',
  Description: 'DESCRIPTION',
  StarCount: 'STARS',
  IsOfficial: 'OFFICIAL',
};
const DESCRIPTION_WIDTH = 45;

export function define(command: Command, context: CliContext): void {
  command
    .argument('<term>')
    .option(
      '-f, --filter <name=value>',
      'Filter output based on conditions provided, e.g. is-official=true',
      collectFilter,
    )
    .option(
      '--format <template>',
      'Format output: table [TEMPLATE], json or a template, e.g. {{.Name}}',
    )
    .option('--limit <number>', 'Max number of search results', parseInteger)
    .option('--no-trunc', "Don't truncate output")
    .action(async (term: string, { filter, format, limit, trunc }: SearchOptions) => {
      const results = await searchImages(await connectEngine(context), term, {
        ...(filter === undefined ? {} : { filters: filter }),
        ...(limit === undefined ? {} : { limit }),
      });
      const rows = results.map(({ name, description, star_count, is_official }) => {
        const text = description.replaceAll(/[\r\n]/g, ' ');
        return {
          Name: name,
          Description: trunc ? ellipsis(text, DESCRIPTION_WIDTH) : text,
          StarCount: String(star_count),
          IsOfficial: is_official ? '[OK]' : '',
        };
      });
      const table = '{{.Name}}\t{{.Description}}\t{{.StarCount}}\t{{.IsOfficial}}';
      context.stdout.write(renderListing(rows, { format, table, headers: HEADERS }));
    });
}
