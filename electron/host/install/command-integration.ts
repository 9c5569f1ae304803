import { commandState, installCommand, removeCommand } from './install-command.ts';
import type { Integration } from './integration.ts';

/** The `berth` command in the user's shells, as the app offers it. */
export const commandIntegration: Integration = {
  state: () => commandState(),
  install: async () => void (await installCommand()),
  remove: () => removeCommand(),
};
