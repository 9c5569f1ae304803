import { expect, test } from 'vitest';
import { capabilities } from './worker.ts';

test('clients may prune by the free space of the disk', () => {
  // Without this, `docker buildx prune --max-used-space` asks for a newer BuildKit.
  expect(capabilities('').LLBCaps).toContainEqual({ ID: 'gc.freespacefilter', Enabled: true });
});
