import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Health, type HealthResult, startingHealth } from '../record/health.ts';
import {
  type HealthCheck,
  healthCheck,
  healthConfigSchema,
  mergeHealthConfig,
} from '../request/health-config.ts';
import { afterProbe, watchHealth } from './health.ts';

const SECOND = 1e9;
const startedAt = new Date('2026-01-01T00:00:00.000Z');

const check = (config: object = {}): HealthCheck => {
  const made = healthCheck(
    healthConfigSchema.parse({ Test: ['CMD', 'probe'], ...config }),
    undefined,
  );
  if (!made) throw new Error('there is a check');
  return made;
};

const result = (exitCode: number, afterSeconds = 60): HealthResult => {
  const time = new Date(startedAt.getTime() + afterSeconds * 1000).toISOString();
  return { start: time, end: time, exitCode, output: '' };
};

function healthAfter(results: readonly HealthResult[], config: object = {}): Health {
  return results.reduce(
    (health, each) => afterProbe(health, each, check(config), startedAt),
    startingHealth,
  );
}

describe('healthCheck', () => {
  it('has Docker’s defaults', () => {
    expect(check()).toEqual({
      argv: ['probe'],
      interval: 30_000,
      timeout: 30_000,
      startPeriod: 0,
      startInterval: 5000,
      retries: 3,
    });
  });

  it('runs a line in the image’s shell, and nothing for NONE', () => {
    const line = healthConfigSchema.parse({ Test: ['CMD-SHELL', 'curl x || exit 1'] });
    expect(healthCheck(line, null)?.argv).toEqual(['/bin/sh', '-c', 'curl x || exit 1']);
    expect(healthCheck(line, ['/bin/bash', '-ec'])?.argv[0]).toBe('/bin/bash');
    expect(healthCheck(healthConfigSchema.parse({ Test: ['NONE'] }), null)).toBeUndefined();
  });

  it('uses the image’s settings where the request has none', () => {
    const image = { Test: ['CMD', 'image'], Interval: 5 * SECOND, Retries: 7 };
    const asked = healthConfigSchema.parse({ Interval: 2 * SECOND });
    expect(mergeHealthConfig(asked, image)).toMatchObject({
      Test: ['CMD', 'image'],
      Interval: 2 * SECOND,
      Retries: 7,
    });
    const none = healthConfigSchema.parse({ Test: ['NONE'] });
    expect(healthCheck(mergeHealthConfig(none, image), null)).toBeUndefined();
  });
});

describe('afterProbe', () => {
  it('is healthy after one success, and unhealthy only after the configured number of failures', () => {
    expect(healthAfter([result(0)]).status).toBe('healthy');
    expect(healthAfter([result(1), result(1)])).toMatchObject({
      status: 'starting',
      failingStreak: 2,
    });
    expect(healthAfter([result(0), result(1), result(1)]).status).toBe('healthy');
    expect(healthAfter([result(0), result(1), result(-1), result(1)]).status).toBe('unhealthy');
    expect(healthAfter([result(1), result(1), result(1), result(0)])).toMatchObject({
      status: 'healthy',
      failingStreak: 0,
    });
  });

  it('does not count failures of the start period, until the first success', () => {
    const config = { StartPeriod: 30 * SECOND, Retries: 1 };
    expect(healthAfter([result(1, 5), result(1, 10)], config)).toMatchObject({
      status: 'starting',
      failingStreak: 0,
    });
    expect(healthAfter([result(0, 5), result(1, 10)], config).status).toBe('unhealthy');
    expect(healthAfter([result(1, 31)], config).status).toBe('unhealthy');
  });

  it('keeps the last five results', () => {
    const { log } = healthAfter([1, 2, 3, 4, 5, 6, 7].map((code) => result(code)));
    expect(log.map(({ exitCode }) => exitCode)).toEqual([3, 4, 5, 6, 7]);
  });
});

describe('watchHealth', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: startedAt });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** Watches with probes that exit immediately with these codes. Returns when the probes ran. */
  async function timesOf(config: object, exitCodes: readonly number[], seconds: number) {
    const times: number[] = [];
    let health = startingHealth;
    const stop = new AbortController();
    const watching = watchHealth(
      {
        check: check(config),
        startedAt,
        status: () => health.status,
        probe: async () => {
          times.push((Date.now() - startedAt.getTime()) / 1000);
          const exitCode = exitCodes[Math.min(times.length, exitCodes.length) - 1] ?? 0;
          return result(exitCode, times.at(-1));
        },
        report: async (probed) => {
          health = afterProbe(health, probed, check(config), startedAt);
        },
      },
      stop.signal,
    );
    await vi.advanceTimersByTimeAsync(seconds * 1000);
    stop.abort();
    await watching;
    return { times, health };
  }

  it('probes once per interval, and first after one interval', async () => {
    const { times } = await timesOf({ Interval: 10 * SECOND }, [0], 35);
    expect(times).toEqual([10, 20, 30]);
  });

  it('probes more often while the container starts', async () => {
    const config = {
      ...{ Interval: 30 * SECOND, StartPeriod: 20 * SECOND, StartInterval: 2 * SECOND },
    };
    const { times, health } = await timesOf(config, [1, 1, 0], 40);
    expect(times).toEqual([2, 4, 6, 36]);
    expect(health.status).toBe('healthy');
  });

  it('ends with its signal, and reports nothing more', async () => {
    const stop = new AbortController();
    const report = vi.fn(async () => {});
    const watching = watchHealth(
      {
        check: check({ Interval: SECOND }),
        startedAt,
        status: () => 'starting',
        probe: async () => {
          stop.abort();
          return result(0);
        },
        report,
      },
      stop.signal,
    );
    await vi.advanceTimersByTimeAsync(5000);
    await watching;
    expect(report).not.toHaveBeenCalled();
  });
});
