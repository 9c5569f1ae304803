import type { Command } from 'commander';
import { canonicalReference, splitTag } from '../../../../guest-agent/grammar/reference.ts';
import { HostError } from '../../../host/base/errors.ts';
import { registryAuth } from '../../../host/credentials/registry-auth.ts';
import { pushImage } from '../../../host/engine/image-archives.ts';
import { type CliContext, printLine } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { platformQuery } from '../../flags/platform.ts';
import { showProgress } from '../../progress/pull-progress.ts';

interface PushOptions {
  readonly allTags?: boolean;
  readonly platform?: string;
  readonly quiet?: boolean;
}

export function define(command: Command, context: CliContext): void {
  command
    .argument('<name[:tag]>')
    .option('-a, --all-tags', 'Push all tags of an image to the repository')
    .option('--platform <platform>', 'Push only the given platform, e.g. linux/amd64')
    .option('-q, --quiet', 'Suppress verbose output')
    .action(async (image: string, { allTags = false, platform, quiet = false }: PushOptions) => {
      const { name, tag } = splitTag(image);
      if (allTags && tag !== undefined) {
        throw new HostError('invalid', "tag can't be used with --all-tags/-a");
      }
      const engine = await connectEngine(context);
      if (!allTags && tag === undefined && !quiet) printLine(context, 'Using default tag: latest');
      const options = { ...platformQuery(platform), ...(allTags ? {} : { tag: tag ?? 'latest' }) };
      const auth = await registryAuth((await context.host()).credentials, name);
      await showProgress(pushImage(engine, name, options, auth), context.stdout, { quiet });
      if (quiet) printLine(context, canonicalReference(image));
    });
}
