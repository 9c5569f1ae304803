import { eventsCommand } from './events/command.ts';
import { watchCommand } from './events/watch-command.ts';
import { programsCommand } from './programs/command.ts';
import { actCommand } from './random/act-command.ts';
import { randomCommand } from './random/command.ts';
import { semanticsCommand } from './semantics/command.ts';

/**
 * `npm run files -- COMMAND` checks a file system that is mounted at a folder, such as a folder of the
 * host in a container. Each command's file says what it takes. As root, since it acts as other users.
 * `watch` and `act` are the parts of `events` and `random` that run where the folder is mounted.
 */
const commands: Readonly<Record<string, (words: readonly string[]) => Promise<boolean>>> = {
  semantics: semanticsCommand,
  events: eventsCommand,
  random: randomCommand,
  programs: programsCommand,
  // Bundles for containers have neither a VM nor what builds images.
  vm: async (words) => (await import('./vm-command.ts')).vmCommand(words),
  watch: watchCommand,
  act: actCommand,
};

const [name = '', ...words] = process.argv.slice(2);
const command = commands[name];
if (!command) {
  console.error(`files: choose a command: ${Object.keys(commands).join(', ')}`);
  process.exit(2);
}
process.exitCode = (await command(words)) ? 0 : 1;
