import type { Command } from 'commander';
import { definePreparation } from '../../compose/prepare-command.ts';
import type { CliContext } from '../../context.ts';

export function define(command: Command, context: CliContext): void {
  definePreparation(command, context, { build: true });
}
