import type { Command } from 'commander';
import { addCommitFlags, type CommitFlags, commit } from '../../container/commit.ts';
import type { CliContext } from '../../context.ts';
import { connectEngine } from '../../engine.ts';

export function define(command: Command, context: CliContext): void {
  addCommitFlags(command.argument('<container>').argument('[repository[:tag]]')).action(
    async (container: string, name: string | undefined, options: CommitFlags) =>
      commit(context, await connectEngine(context), container, name, options),
  );
}
