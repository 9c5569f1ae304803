import { Argument, type Command } from 'commander';
import { type Shell, scripts } from '../../completion/scripts.ts';
import type { CliContext } from '../../context.ts';

export function define(command: Command, context: CliContext): void {
  command
    .addArgument(new Argument('<shell>').choices(Object.keys(scripts)))
    .action((shell: Shell) => void context.stdout.write(scripts[shell]));
}
