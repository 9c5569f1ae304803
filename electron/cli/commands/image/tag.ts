import type { Command } from 'commander';
import { tagImage } from '../../../host/engine/images.ts';
import type { CliContext } from '../../context.ts';
import { connectEngine } from '../../engine.ts';

export function define(command: Command, context: CliContext): void {
  command
    .argument('<source[:tag]>')
    .argument('<target[:tag]>')
    .action(async (source: string, target: string) => {
      await tagImage(await connectEngine(context), source, target);
    });
}
