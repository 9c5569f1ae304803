import { commandState, installCommand, removeCommand } from './install-command.ts';
import type { Integration } from './integration.ts';

/** The `berth` command in the user's shells, as the screen offers it. Not on Windows: no links. */
export const commandIntegration: Integration = {
  state: () => commandState(),
  install: async () => void (await installCommand()),
  remove: () => removeCommand(),
};
