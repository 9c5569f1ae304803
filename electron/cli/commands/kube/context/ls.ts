import { type Command, Option } from 'commander';
import { listContexts } from '../../../../host/kube/contexts/contexts.ts';
import { type CliContext, printLine } from '../../../context.ts';
import { renderTable } from '../../../table.ts';

interface ListFlags {
  readonly format: 'table' | 'json';
  readonly quiet?: boolean;
}

export function define(command: Command, context: CliContext): void {
  command
    .addOption(
      new Option('--format <format>', 'Format the output')
        .choices(['table', 'json'])
        .default('table'),
    )
    .option('-q, --quiet', 'Only display names')
    .action(async ({ format, quiet }: ListFlags) => {
      const { all } = await listContexts(context.env);
      if (quiet) for (const { name } of all) printLine(context, name);
      else if (format === 'json') {
        for (const { name, server, namespace, user, isCurrent } of all) {
          printLine(context, JSON.stringify({ name, server, namespace, user, isCurrent }));
        }
      } else {
        const rows = all.map(({ name, server, namespace, isCurrent }) => [
          `${name}${isCurrent ? ' *' : ''}`,
          namespace,
          server,
        ]);
        context.stdout.write(renderTable([['NAME', 'NAMESPACE', 'SERVER'], ...rows]));
      }
    });
}
