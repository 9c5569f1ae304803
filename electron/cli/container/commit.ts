import type { Command } from 'commander';
import type { EngineClient } from '../../host/engine/connection/client.ts';
import { commitContainer } from '../../host/engine/image-archives.ts';
import { type CliContext, printLine } from '../context.ts';
import { collect } from '../flags/repeated.ts';

export interface CommitFlags {
  readonly author?: string;
  readonly change?: readonly string[];
  readonly message?: string;
  readonly pause: boolean;
}

export function addCommitFlags(command: Command): Command {
  return command
    .option('-a, --author <author>', 'Author of the image, e.g. "Jo Doe <jo@example.com>"')
    .option(
      '-c, --change <instruction>',
      'Apply Dockerfile instruction to the created image',
      collect,
    )
    .option('-m, --message <text>', 'Commit message')
    .option('-p, --pause', 'Pause container during commit', true)
    .option('--no-pause', 'Do not pause container during commit');
}

/** Makes an image from a container, and prints the image's ID. */
export async function commit(
  context: CliContext,
  engine: EngineClient,
  container: string,
  name: string | undefined,
  { author, change, message, pause }: CommitFlags,
): Promise<void> {
  const id = await commitContainer(engine, container, name, {
    ...(author === undefined ? {} : { author }),
    ...(message === undefined ? {} : { comment: message }),
    ...(change === undefined ? {} : { changes: change }),
    pause,
  });
  printLine(context, id);
}
