import type { Command } from 'commander';
import { listClusters } from '../../../../host/kube/cluster/list-clusters.ts';
import { type CliContext, printLine } from '../../../context.ts';
import { connectEngine } from '../../../engine.ts';
import { renderListing } from '../../../format/listing.ts';

interface ListFlags {
  readonly format?: string;
  readonly quiet?: boolean;
}

const TABLE = '{{.Name}}\t{{.Status}}\t{{.Context}}\t{{.Image}}';
const HEADERS = { Name: 'NAME', Status: 'STATUS', Context: 'CONTEXT', Image: 'IMAGE' };

export function define(command: Command, context: CliContext): void {
  command
    .option(
      '--format <format>',
      'Format output: table [TEMPLATE], json or a template, e.g. {{.Name}}',
    )
    .option('-q, --quiet', 'Only display names')
    .action(async ({ format, quiet }: ListFlags) => {
      const clusters = await listClusters(await connectEngine(context));
      if (quiet) {
        for (const { name } of clusters) printLine(context, name);
        return;
      }
      const rows = clusters.map(({ name, status, context: own, image, state }) => ({
        ...{ Name: name, Status: status, Context: own, Image: image, State: state },
      }));
      context.stdout.write(renderListing(rows, { format, table: TABLE, headers: HEADERS }));
    });
}
