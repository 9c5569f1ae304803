import type { Command } from 'commander';
import { type AttachOptions, addAttachFlags, attach } from '../../container/attach.ts';
import type { CliContext } from '../../context.ts';
import { connectEngine } from '../../engine.ts';

export function define(command: Command, context: CliContext): void {
  addAttachFlags(command.argument('<container>')).action(
    async (container: string, options: AttachOptions) =>
      attach(context, await connectEngine(context), container, options),
  );
}
