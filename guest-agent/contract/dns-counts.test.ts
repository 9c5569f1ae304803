import * as packet from 'dns-packet';
import { expect, test } from 'vitest';
import { hasPlausibleCounts } from './dns-counts.ts';

test('a message must have room for what its header counts', () => {
  const questions = [{ type: 'A' as const, name: '.' }];
  const answers = [{ type: 'A' as const, name: '.', data: '1.2.3.4' }];
  expect(hasPlausibleCounts(packet.encode({ type: 'query', questions }))).toBe(true);
  expect(hasPlausibleCounts(packet.encode({ type: 'response', questions, answers }))).toBe(true);
  const liar = Buffer.alloc(12, 0xff);
  expect(hasPlausibleCounts(liar)).toBe(false);
  expect(hasPlausibleCounts(liar.subarray(1))).toBe(false);
});
