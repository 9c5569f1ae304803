import { expect, it } from 'vitest';
import { testRecord } from '../../engine/testing/test-engine.ts';
import { statusText } from './container-summary.ts';

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
