import type { Command } from 'commander';
import { HostError } from '../../../host/base/errors.ts';
import { type ImageDeletion, removeImage } from '../../../host/engine/images.ts';
import type { CliContext } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { eachOperand } from '../../operands.ts';

interface RemoveImageOptions {
  readonly force?: boolean;
  readonly prune: boolean;
}

export function define(command: Command, context: CliContext): void {
  command
    .argument('<image...>')
    .option('-f, --force', 'Force removal of the image')
    .option('--no-prune', 'Do not delete untagged parents')
    .action(async (images: string[], { force, prune }: RemoveImageOptions) => {
      const engine = await connectEngine(context);
      await eachOperand(context, images, async (image) => {
        const options = { ...(force ? { force } : {}), ...(prune ? {} : { noprune: true }) };
        const deletions = await removeImage(engine, image, options).catch((error: unknown) => {
          // With --force, an image that doesn't exist isn't an error.
          const gone = error instanceof HostError && error.status === 404;
          if (!gone || !force) throw error;
          return [];
        });
        return deletions.length > 0 ? deletions.map(deletionLine).join('\n') : undefined;
      });
    });
}

const deletionLine = ({ Untagged, Deleted }: ImageDeletion) =>
  Untagged === undefined ? `Deleted: ${Deleted}` : `Untagged: ${Untagged}`;
