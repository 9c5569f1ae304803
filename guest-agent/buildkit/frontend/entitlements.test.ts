import { expect, test } from 'vitest';
import { parseTrigger } from '../../build/dockerfile/parse.ts';
import type { Job } from '../jobs/job.ts';
import { checkEntitlement } from './entitlements.ts';

const check = (line: string, ...Entitlements: string[]) =>
  checkEntitlement(parseTrigger(line, '\\'), { request: { Entitlements } } as unknown as Job);

test.each([
  ['RUN --security=insecure true', 'security.insecure'],
  ['RUN --network=host true', 'network.host'],
])('%s needs the entitlement %s', (line, name) => {
  expect(() => check(line)).toThrow(`failed to load LLB: ${name} is not allowed`);
  expect(() => check(line, name)).not.toThrow();
});

test('a sandbox needs no entitlement', () => {
  expect(() => check('RUN --security=sandbox --network=none true')).not.toThrow();
});
