import { expect, it } from 'vitest';
import { testRecord } from '../../engine/testing/test-engine.ts';
import { berthSummary, statusText } from './container-summary.ts';

const startedAt = '2026-01-01T00:00:00.000Z';
const now = Date.parse(startedAt) + 180_000;

it.each([
  ['starting', 'Up 3 minutes (health: starting)'],
  ['healthy', 'Up 3 minutes (healthy)'],
  ['unhealthy', 'Up 3 minutes (unhealthy)'],
] as const)('shows that a container is %s', (status, text) => {
  const health = { status, failingStreak: 0, log: [] };
  expect(statusText(testRecord({ status: 'running', startedAt, health }), now)).toBe(text);
});

it('has values for lists: a running container', () => {
  const health = { status: 'healthy' as const, failingStreak: 0, log: [] };
  const record = testRecord({ status: 'running', startedAt, health });
  const config = { ...record.config, Tty: true, OpenStdin: true };
  expect(berthSummary({ ...record, config })).toEqual({
    ...{ StartedAt: startedAt, ExitCode: 0, Health: 'healthy', Interactive: true },
  });
});

it('has values for lists: an exited container', () => {
  const finishedAt = '2026-01-01T00:05:00.000Z';
  expect(
    berthSummary(testRecord({ status: 'exited', exitCode: 137, startedAt, finishedAt })),
  ).toEqual({ StartedAt: startedAt, FinishedAt: finishedAt, ExitCode: 137, Interactive: false });
});
