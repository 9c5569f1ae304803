import type { Command } from 'commander';
import { type CliContext, printLine } from '../context.ts';
import { describe } from '../exit-code.ts';
import { openInBrowser } from '../open-in-browser.ts';

export function define(command: Command, context: CliContext): void {
  command
    .option('--no-open', 'Only print the address')
    .action(async ({ open }: { open: boolean }) => {
      const { serveApp } = await import('../../web/server.ts');
      const server = await serveApp(await context.host(), {});
      try {
        printLine(context, server.url);
        // The address is there to be opened by hand.
        if (open) {
          await openInBrowser(server).catch((error) =>
            context.stderr.write(`berth: ${describe(error)}\n`),
          );
        }
        await interrupted(context);
      } finally {
        await server.close();
      }
    });
}

async function interrupted({ signals }: CliContext): Promise<void> {
  const ended = Promise.withResolvers<void>();
  signals.on('SIGINT', ended.resolve);
  signals.on('SIGTERM', ended.resolve);
  await ended.promise;
}
