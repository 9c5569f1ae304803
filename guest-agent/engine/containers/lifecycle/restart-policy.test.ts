import { describe, expect, it } from 'vitest';
import { testRecord } from '../../testing/test-engine.ts';
import { restartDelay } from './restart-policy.ts';

const started = '2026-01-01T00:00:00.000Z';
const endedAfter = (seconds: number) => new Date(Date.parse(started) + seconds * 1000);
const record = (RestartPolicy: object, restartCount = 0) =>
  testRecord({ startedAt: started, restartCount }, { RestartPolicy });

describe('restartDelay', () => {
  const always = record({ Name: 'always' });

  it('doubles with each quick exit, up to a minute', () => {
    expect(restartDelay(always, 0, endedAfter(1), false, undefined)).toBe(100);
    expect(restartDelay(always, 0, endedAfter(1), false, 100)).toBe(200);
    expect(restartDelay(always, 0, endedAfter(1), false, 51_200)).toBe(60_000);
  });

  it('starts over after a long run, regardless of the number of earlier restarts', () => {
    const restarted = record({ Name: 'always' }, 30);
    const delay = restartDelay(restarted, 0, endedAfter(60), false, 51_200);
    expect(delay).toBe(100);
    expect(restartDelay(restarted, 0, endedAfter(1), false, delay)).toBe(200);
  });

  it('gives up after the maximum number of retries', () => {
    const policy = { Name: 'on-failure', MaximumRetryCount: 2 };
    expect(restartDelay(record(policy, 1), 1, endedAfter(1), false, 100)).toBe(200);
    expect(restartDelay(record(policy, 2), 1, endedAfter(1), false, 200)).toBeUndefined();
    expect(restartDelay(record(policy, 0), 0, endedAfter(1), false, undefined)).toBeUndefined();
  });

  it('ignores containers that a user stopped', () => {
    expect(restartDelay(always, 137, endedAfter(1), true, undefined)).toBeUndefined();
  });
});
