import { createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import type { Command } from 'commander';
import { HostError } from '../../../host/base/errors.ts';
import { loadImages } from '../../../host/engine/image-archives.ts';
import type { CliContext } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { platformQuery } from '../../flags/platform.ts';
import { showProgress } from '../../progress/pull-progress.ts';

interface LoadOptions {
  readonly input?: string;
  readonly platform?: string;
  readonly quiet?: boolean;
}

export function define(command: Command, context: CliContext): void {
  command
    .option('-i, --input <file>', 'Read from tar archive file, instead of STDIN')
    .option('--platform <platform>', 'Load only the given platform, e.g. linux/amd64')
    .option('-q, --quiet', 'Suppress the load output')
    .action(async ({ input, platform, quiet = false }: LoadOptions) => {
      if (input === undefined && context.stdin.isTTY) {
        throw new HostError('invalid', 'requested load from stdin, but stdin is empty');
      }
      if (input !== undefined) await access(input);
      const archive = input === undefined ? context.stdin : createReadStream(input);
      const options = { quiet: quiet || !context.stdout.isTTY, ...platformQuery(platform) };
      const progress = loadImages(await connectEngine(context), archive, options);
      await showProgress(progress, context.stdout, { quiet: false });
    });
}
