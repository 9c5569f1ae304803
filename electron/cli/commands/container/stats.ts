import type { Command } from 'commander';
import { addUsageFlags, showUsage, type UsageOptions } from '../../container/show-usage.ts';
import type { CliContext } from '../../context.ts';
import { connectEngine } from '../../engine.ts';

export function define(command: Command, context: CliContext): void {
  addUsageFlags(command.argument('[container...]')).action(
    async (names: string[], options: UsageOptions) =>
      showUsage(context, await connectEngine(context), names.length > 0 ? names : {}, options),
  );
}
