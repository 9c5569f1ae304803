import type { Command } from 'commander';
import { type HistoryStep, imageHistory } from '../../../host/engine/image-archives.ts';
import type { CliContext } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { platformQuery } from '../../flags/platform.ts';
import { timeAgo } from '../../format/duration.ts';
import { type ListingRow, renderListing } from '../../format/listing.ts';
import { humanSize } from '../../format/size.ts';
import { ellipsis, shortId } from '../../format/text.ts';

interface HistoryOptions {
  readonly format?: string;
  readonly human: boolean;
  readonly platform?: string;
  readonly quiet?: boolean;
  readonly trunc: boolean;
}

const HEADERS = {
  ID: 'IMAGE',
  CreatedSince: 'CREATED',
  CreatedAt: 'CREATED AT',
  CreatedBy: 'CREATED BY',
  Size: 'SIZE',
  Comment: 'COMMENT',
};
const COMMAND_WIDTH = 45;

export function define(command: Command, context: CliContext): void {
  command
    .argument('<image>')
    .option(
      '--format <template>',
      'Format output: table [TEMPLATE], json or a template, e.g. {{.CreatedBy}}',
    )
    .option('-H, --human', 'Print sizes and dates in human readable format', true)
    .option('--no-human', 'Print sizes in bytes and dates as timestamps')
    .option('--no-trunc', "Don't truncate output")
    .option('--platform <platform>', 'Show history for the given platform, e.g. linux/amd64')
    .option('-q, --quiet', 'Only show image IDs')
    .action(async (image: string, options: HistoryOptions) => {
      const { format, human, platform, quiet, trunc } = options;
      const engine = await connectEngine(context);
      const steps = await imageHistory(engine, image, platformQuery(platform));
      const rows = steps.map((step) => historyRow(step, { human, trunc }));
      const created = human ? '{{.CreatedSince}}' : '{{.CreatedAt}}';
      context.stdout.write(
        renderListing(rows, {
          format: quiet && format === undefined ? '{{.ID}}' : format,
          table: `{{.ID}}\t${created}\t{{.CreatedBy}}\t{{.Size}}\t{{.Comment}}`,
          headers: HEADERS,
        }),
      );
    });
}

function historyRow(
  step: HistoryStep,
  { human, trunc }: { human: boolean; trunc: boolean },
): ListingRow {
  const command = step.CreatedBy.replaceAll('\t', ' ');
  const known = step.Created > 0;
  return {
    ID: trunc && step.Id.startsWith('sha256:') ? shortId(step.Id) : step.Id,
    CreatedSince: known ? timeAgo(step.Created) : 'N/A',
    CreatedAt: known ? new Date(step.Created * 1000).toISOString().replace('.000Z', 'Z') : 'N/A',
    CreatedBy: trunc ? ellipsis(command, COMMAND_WIDTH) : command,
    Size: human ? humanSize(step.Size, 3) : String(step.Size),
    Comment: step.Comment,
  };
}
