import { createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import type { Command } from 'commander';
import { importImage } from '../../../host/engine/image-archives.ts';
import type { CliContext } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { collect } from '../../flags/repeated.ts';
import { showProgress } from '../../progress/pull-progress.ts';

interface ImportOptions {
  readonly change?: readonly string[];
  readonly message?: string;
  readonly platform?: string;
}

export function define(command: Command, context: CliContext): void {
  command
    .argument('<source>', 'File, URL, or - for STDIN')
    .argument('[repository[:tag]]')
    .option(
      '-c, --change <instruction>',
      'Apply Dockerfile instruction to the created image',
      collect,
    )
    .option('-m, --message <text>', 'Set commit message for imported image')
    .option('--platform <platform>', 'Set the platform of the image, e.g. linux/arm64')
    .action(async (source: string, name: string | undefined, options: ImportOptions) => {
      const { change, message, platform } = options;
      const archive = await openSource(context, source);
      const progress = importImage(await connectEngine(context), archive, name, {
        ...(change === undefined ? {} : { changes: change }),
        ...(message === undefined ? {} : { message }),
        ...(platform === undefined ? {} : { platform }),
      });
      await showProgress(progress, context.stdout, { quiet: false });
    });
}

async function openSource(context: CliContext, source: string) {
  if (source === '-') return context.stdin;
  if (/^https?:\/\//.test(source)) return source;
  await access(source);
  return createReadStream(source);
}
