import type { ImageStep } from '../../api/images.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import { imageHistory } from '../engine/image-archives.ts';

/** The build steps of an image, oldest first. */
export async function imageSteps(client: EngineClient, reference: string): Promise<ImageStep[]> {
  const steps = await imageHistory(client, reference);
  return steps.reverse().map(({ CreatedBy, Size, Created, Comment }) => ({
    command: readableCommand(CreatedBy),
    size: Size,
    ...(Created > 0 ? { createdAt: new Date(Created * 1000).toISOString() } : {}),
    comment: Comment,
  }));
}

/**
 * Formats a builder's history entry as a Dockerfile instruction. The classic builder puts its own
 * instructions after `#(nop)` and build arguments before a command; BuildKit adds a signature.
 */
export function readableCommand(createdBy: string): string {
  const text = createdBy.replace(/# buildkit$/, '').trim();
  const own = /^\/bin\/sh -c #\(nop\)\s+(.*)$/s.exec(text)?.[1];
  if (own !== undefined) return own.replace(/ in (?=\S+\s*$)/, ' ').trim();
  const shell = /^(?:RUN\s+)?(?:\|\d+ .*?)?\/bin\/sh -c (.*)$/s.exec(text)?.[1];
  const command = shell === undefined ? text : `RUN ${shell}`;
  return command.replaceAll('\t', '  ');
}
