import type { Command } from 'commander';
import { containerChanges } from '../../../host/engine/archives.ts';
import { type CliContext, printLine } from '../../context.ts';
import { connectEngine } from '../../engine.ts';

const LETTERS = ['C', 'A', 'D'];

export function define(command: Command, context: CliContext): void {
  command.argument('<container>').action(async (container: string) => {
    for (const { Kind, Path } of await containerChanges(await connectEngine(context), container)) {
      printLine(context, `${LETTERS[Kind] ?? '?'} ${Path}`);
    }
  });
}
