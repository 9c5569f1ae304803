import type { Command } from 'commander';
import { logTo } from '../../../host/base/log.ts';
import { fileLog } from '../../../host/base/log-file.ts';
import { appLogPath } from '../../../host/home/paths.ts';
import { type CliContext, printLine } from '../../context.ts';
import { describe } from '../../exit-code.ts';
import { openInBrowser } from '../../open-in-browser.ts';

export function define(command: Command, context: CliContext): void {
  command
    .option('--no-open', 'Only print the address')
    .action(async ({ open }: { open: boolean }) => {
      const { serveApp } = await import('../../../web/server.ts');
      const host = await context.host();
      const endLogging = logTo(fileLog(appLogPath(host.home)), 'app');
      const endSurviving = context.surviveFaults?.();
      const server = await serveApp(host, {});
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
        endSurviving?.();
        endLogging();
      }
    });
}

async function interrupted({ signals }: CliContext): Promise<void> {
  const ended = Promise.withResolvers<void>();
  signals.on('SIGINT', ended.resolve);
  signals.on('SIGTERM', ended.resolve);
  await ended.promise;
}
