import type { Command } from 'commander';
import { unpause } from '../../../host/compose/apply/lifecycle.ts';
import { defineLifecycle } from '../../compose/lifecycle-command.ts';
import type { CliContext } from '../../context.ts';

export function define(command: Command, context: CliContext): void {
  defineLifecycle(command, context, unpause);
}
