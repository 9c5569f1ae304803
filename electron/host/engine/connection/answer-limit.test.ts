import { expect, test } from 'vitest';
import { answerLimit } from './answer-limit.ts';

const minutes = (count: number) => count * 60_000;

test.each([
  ['GET', '/version'],
  ['GET', '/events'],
  ['GET', '/containers/web/logs'],
  ['POST', '/containers/web/wait'],
  ['POST', '/containers/web/attach'],
  ['POST', '/exec/1/start'],
])('%s %s has its head soon, however long the stream after it is silent', (method, path) => {
  expect(answerLimit(method, path)).toBe(minutes(5));
});

test.each([
  ['DELETE', '/containers/web'],
  ['DELETE', '/volumes/data'],
  ['POST', '/images/prune'],
  ['POST', '/images/create'],
  ['POST', '/images/registry.test/app/push'],
  ['POST', '/build'],
  ['POST', '/commit'],
  ['PUT', '/containers/web/archive'],
  ['POST', '/containers/web/start'],
  ['GET', '/system/df'],
  ['GET', '/prune'],
  ['GET', '/images/app/get'],
])('%s %s may work for long before it answers', (method, path) => {
  expect(answerLimit(method, path)).toBe(minutes(60));
});

test('a stop may take as long as the container is given, and for ever with -1', () => {
  const stop = (t?: number) => answerLimit('POST', '/containers/web/stop', { t });
  expect(stop(600)).toBe(minutes(15));
  expect(stop(-1)).toBeUndefined();
  expect(stop()).toBe(minutes(65));
  expect(answerLimit('POST', '/containers/web/restart', { t: 0 })).toBe(minutes(5));
});
