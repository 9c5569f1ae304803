import type { Command } from 'commander';
import { defined } from '../../../guest-agent/grammar/defined.ts';
import type { HealthConfig } from '../../../guest-agent/grammar/engine-types.ts';
import { NO_HEALTH_CHECK, shellTest } from '../../../guest-agent/grammar/health-check.ts';
import { HostError } from '../../host/base/errors.ts';
import { parseInteger } from '../flags/numbers.ts';
import { parseNanoseconds } from '../flags/time.ts';

/** The health check's flags, by commander's names. Times are nanoseconds. */
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
    .option('--health-cmd <command>', 'Command to run to check health')
    .option(
      '--health-interval <time>',
      'Time between running the check, e.g. 1m30s',
      parseNanoseconds,
    )
    .option(
      '--health-retries <number>',
      'Consecutive failures needed to report unhealthy',
      parseInteger,
    )
    .option(
      '--health-start-interval <time>',
      'Time between running the check during the start period',
      parseNanoseconds,
    )
    .option(
      '--health-start-period <time>',
      'Start period for the container to initialize before failures count',
      parseNanoseconds,
    )
    .option('--health-timeout <time>', 'Maximum time to allow one check to run', parseNanoseconds)
    .option('--no-healthcheck', 'Disable any container-specified HEALTHCHECK');
}

/** Undefined if no flag is about the health check: the image's check then applies. */
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
