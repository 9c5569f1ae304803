import { expect, test } from 'vitest';
import { inTurns } from './in-turns.ts';

test('other work is done between items that take long', async () => {
  const order: string[] = [];
  setImmediate(() => order.push('other'));
  await inTurns(['a', 'b'], (item) => {
    const end = performance.now() + 30;
    while (performance.now() < end);
    order.push(item);
  });
  expect(order).toEqual(['a', 'other', 'b']);
});
