import type { Command } from 'commander';
import { ENGINE_API_VERSION } from '../../../host/engine/connection/http-client.ts';
import { engineVersion } from '../../../host/engine/system.ts';
import { type CliContext, printLine } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { compileTemplate } from '../../template/render.ts';
import { BERTH_VERSION } from '../../version.ts';

export function define(command: Command, context: CliContext): void {
  command
    .option(
      '-f, --format <template>',
      'Format output: json or a template, e.g. {{.Server.Version}}',
    )
    .action(async ({ format }: { format?: string }) => {
      const render = format && format !== 'json' ? compileTemplate(format) : JSON.stringify;
      const Client = {
        Version: BERTH_VERSION,
        ApiVersion: ENGINE_API_VERSION,
        NodeVersion: process.versions.node,
        Os: process.platform,
        Arch: process.arch,
      };
      if (format === undefined) printSection(context, 'Client', Client);
      const Server = await engineVersion(await connectEngine(context));
      if (format !== undefined) return printLine(context, render({ Client, Server }));
      printLine(context, '');
      printSection(context, 'Server', Server);
    });
}

function printSection(
  context: CliContext,
  title: string,
  fields: {
    Version: string;
    ApiVersion: string;
    NodeVersion?: string;
    KernelVersion?: string | undefined;
    Os: string;
    Arch: string;
  },
): void {
  const lines: [string, string | undefined][] = [
    ['Version', fields.Version],
    ['API version', fields.ApiVersion],
    ['Node version', fields.NodeVersion],
    ['Kernel version', fields.KernelVersion],
    ['OS/Arch', `${fields.Os}/${fields.Arch}`],
  ];
  printLine(context, `${title}:`);
  for (const [label, value] of lines) {
    if (value !== undefined) printLine(context, ` ${`${label}:`.padEnd(18)}${value}`);
  }
}
