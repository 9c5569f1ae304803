import type { Command } from 'commander';
import { defined } from '../../../guest-agent/grammar/defined.ts';
import type { HealthConfig } from '../../../guest-agent/grammar/engine-types.ts';
import { NO_HEALTH_CHECK, shellTest } from '../../../guest-agent/grammar/health-check.ts';
import { HostError } from '../../host/base/errors.ts';
import { parseInteger } from '../flags/numbers.ts';
import { parseNanoseconds } from '../flags/time.ts';

/** How a container's health is checked, by commander's names. Times are nanoseconds. */
export interface HealthOptions {
  readonly healthCmd?: string;
  readonly healthInterval?: number;
  readonly healthRetries?: number;
  readonly healthStartInterval?: number;
  readonly healthStartPeriod?: number;
  readonly healthTimeout?: number;
  /** False with `--no-healthcheck`. */
  readonly healthcheck: boolean;
}

export function addHealthOptions(command: Command): Command {
  return command
    .option('--health-cmd <command>', 'Command that checks its health')
    .option('--health-interval <time>', 'Time between checks, as in 1m30s', parseNanoseconds)
    .option('--health-retries <number>', 'Failures in a row until it is unhealthy', parseInteger)
    .option('--health-start-interval <time>', 'Time between checks at first', parseNanoseconds)
    .option('--health-start-period <time>', 'Time in which failures do not count', parseNanoseconds)
    .option('--health-timeout <time>', 'Longest time that a check may take', parseNanoseconds)
    .option('--no-healthcheck', 'Do not check its health, whatever the image says');
}

/** Undefined when no flag says anything of it: then the image's check is in force. */
export function healthConfig(options: HealthOptions): HealthConfig | undefined {
  const config = defined({
    Test: options.healthCmd === undefined ? undefined : shellTest(options.healthCmd),
    Interval: options.healthInterval,
    Retries: options.healthRetries,
    StartInterval: options.healthStartInterval,
    StartPeriod: options.healthStartPeriod,
    Timeout: options.healthTimeout,
  });
  const isGiven = Object.keys(config).length > 0;
  if (options.healthcheck) return isGiven ? config : undefined;
  if (isGiven) {
    throw new HostError('invalid', '--no-healthcheck conflicts with --health-* options');
  }
  return NO_HEALTH_CHECK;
}
