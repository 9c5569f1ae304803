import * as z from 'zod';
import { EngineError } from '../../../errors.ts';
import { strings, whole } from '../../request-fields.ts';

/** `HealthConfig` of the Engine API, in an image or a request. Times are in nanoseconds. */
export const healthConfigSchema = z.object({
  /** `[]` for the image's check, `['NONE']` for none, `['CMD', …]` or `['CMD-SHELL', line]`. */
  Test: strings,
  Interval: whole,
  Timeout: whole,
  StartPeriod: whole,
  StartInterval: whole,
  Retries: whole,
});
export type HealthConfig = z.infer<typeof healthConfigSchema>;

/** The effective health check, with Docker's defaults. Times are in milliseconds. */
export interface HealthCheck {
  readonly argv: readonly string[];
  readonly interval: number;
  readonly timeout: number;
  readonly startPeriod: number;
  readonly startInterval: number;
  readonly retries: number;
}

const MILLISECOND = 1e6;
const SECOND = 1000;

/** Undefined without a check. `shell` runs a CMD-SHELL. */
export function healthCheck(
  config: HealthConfig | null | undefined,
  shell: readonly string[] | null | undefined,
): HealthCheck | undefined {
  const [kind, ...words] = config?.Test ?? [];
  if (!config || words.length === 0 || (kind !== 'CMD' && kind !== 'CMD-SHELL')) return undefined;
  const milliseconds = (nanoseconds: number, byDefault: number) =>
    nanoseconds > 0 ? nanoseconds / MILLISECOND : byDefault;
  return {
    argv: kind === 'CMD' ? words : [...(shell?.length ? shell : ['/bin/sh', '-c']), ...words],
    interval: milliseconds(config.Interval, 30 * SECOND),
    timeout: milliseconds(config.Timeout, 30 * SECOND),
    startPeriod: milliseconds(config.StartPeriod, 0),
    startInterval: milliseconds(config.StartInterval, 5 * SECOND),
    retries: config.Retries > 0 ? config.Retries : 3,
  };
}

/** Fields that a container's request doesn't set come from its image, each separately. */
export function mergeHealthConfig(
  asked: HealthConfig | null | undefined,
  image: Partial<HealthConfig> | undefined,
): HealthConfig | null {
  if (!image) return asked ?? null;
  const base = healthConfigSchema.parse(image);
  if (!asked) return base;
  return {
    Test: asked.Test.length > 0 ? asked.Test : base.Test,
    Interval: asked.Interval || base.Interval,
    Timeout: asked.Timeout || base.Timeout,
    StartPeriod: asked.StartPeriod || base.StartPeriod,
    StartInterval: asked.StartInterval || base.StartInterval,
    Retries: asked.Retries || base.Retries,
  };
}

/** Throws EngineError 'invalid' in Docker's words. */
export function checkHealthConfig(config: HealthConfig | null | undefined): void {
  if (!config) return;
  for (const name of ['Interval', 'Timeout', 'StartPeriod', 'StartInterval'] as const) {
    if (config[name] !== 0 && config[name] < MILLISECOND) {
      throw new EngineError('invalid', `${name} in Healthcheck cannot be less than 1ms`);
    }
  }
  if (config.Retries < 0) {
    throw new EngineError('invalid', 'Retries in Healthcheck cannot be negative');
  }
}
