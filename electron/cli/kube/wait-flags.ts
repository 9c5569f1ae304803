import type { Command } from 'commander';
import { PATIENCE } from '../../host/kube/progress.ts';
import { parseSeconds } from './seconds.ts';

export interface WaitFlags {
  /** False with `--wait=false` or `--no-wait`. */
  readonly wait: boolean;
  /** Seconds. */
  readonly timeout: number;
}

export function waitFlags(command: Command, what: string): Command {
  const described = command
    .option('--wait', `Wait until ${what} (default)`, true)
    .option('--no-wait', "Don't wait");
  return timeoutFlag(described);
}

export function timeoutFlag(command: Command): Command {
  const about = 'Maximum time to wait, e.g. 90s or 5m';
  return command.option('--timeout <duration>', about, parseSeconds, PATIENCE);
}
