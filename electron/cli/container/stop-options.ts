import type { Command } from 'commander';
import { parseInteger } from '../flags/numbers.ts';

/** The signal that stops a container, and the time until it is killed, in seconds. */
export interface StopOptions {
  readonly signal?: string;
  readonly timeout?: number;
}

/** The flags that `stop` and `restart` share. */
export function addStopOptions(command: Command): Command {
  return command
    .option('-s, --signal <signal>', 'Signal to send to the container')
    .option(
      '-t, --timeout <seconds>',
      'Seconds to wait before killing the container (-1 to wait forever)',
      parseInteger,
    );
}
