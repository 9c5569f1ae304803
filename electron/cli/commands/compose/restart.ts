import type { Command } from 'commander';
import { restart } from '../../../host/compose/apply/lifecycle.ts';
import { defineEnding } from '../../compose/ending-command.ts';
import type { CliContext } from '../../context.ts';

export function define(command: Command, context: CliContext): void {
  defineEnding(command, context, restart, (own) =>
    own.option('--no-deps', "Don't restart dependent services"),
  );
}
