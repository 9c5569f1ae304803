import type { Command } from 'commander';
import { canonicalReference, splitTag } from '../../../../guest-agent/grammar/reference.ts';
import { pullAuth } from '../../../host/credentials/registry-auth.ts';
import { pullImage } from '../../../host/engine/images.ts';
import { type CliContext, printLine } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { showProgress } from '../../progress/pull-progress.ts';

interface PullOptions {
  readonly platform?: string;
  readonly quiet?: boolean;
}

export function define(command: Command, context: CliContext): void {
  command
    .argument('<name[:tag|@digest]>')
    .option('--platform <platform>', 'Set the platform of the image, e.g. linux/arm64')
    .option('-q, --quiet', 'Suppress verbose output')
    .action(async (image: string, { platform, quiet = false }: PullOptions) => {
      const engine = await connectEngine(context);
      if (!quiet && !image.includes('@') && splitTag(image).tag === undefined) {
        printLine(context, 'Using default tag: latest');
      }
      const progress = pullImage(engine, image, {
        ...(await pullAuth(await context.host(), image)),
        ...(platform === undefined ? {} : { platform }),
      });
      await showProgress(progress, context.stdout, { quiet });
      printLine(context, canonicalReference(image));
    });
}
