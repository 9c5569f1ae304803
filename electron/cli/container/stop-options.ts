import type { Command } from 'commander';
import { parseInteger } from '../flags/numbers.ts';

/** How a container is asked to end, and how long it gets; in seconds. */
export interface StopOptions {
  readonly signal?: string;
  readonly timeout?: number;
}

/** The flags that `stop` and `restart` share. */
export function addStopOptions(command: Command): Command {
  return command
    .option('-s, --signal <signal>', "Signal to send instead of the container's own")
    .option(
      '-t, --timeout <seconds>',
      'Time to end before it is killed, -1: for ever',
      parseInteger,
    );
}
