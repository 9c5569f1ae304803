import type { Command } from 'commander';
import { saveImages } from '../../../host/engine/image-archives.ts';
import type { CliContext } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { platformQuery } from '../../flags/platform.ts';
import { requireDestination, saveTo } from '../../save-to.ts';

interface SaveOptions {
  readonly output?: string;
  readonly platform?: string;
}

export function define(command: Command, context: CliContext): void {
  command
    .argument('<image...>')
    .option('-o, --output <file>', 'Write to a file, instead of STDOUT')
    .option('--platform <platform>', 'Save only the given platform, e.g. linux/amd64')
    .action(async (names: string[], { output, platform }: SaveOptions) => {
      await requireDestination(context, output);
      const engine = await connectEngine(context);
      await saveTo(context, output, await saveImages(engine, names, platformQuery(platform)));
    });
}
