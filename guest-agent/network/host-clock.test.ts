import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../store/testing/temporary-directory.ts';
import { serveClock } from './host-clock.ts';

test('each request is answered with the time after its step', async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, 'clock.sock');
  const steps: number[] = [];
  const server = await serveClock(path, async (step) => void steps.push(step));
  const host = connect(path);
  const replies = createInterface({ input: host })[Symbol.asyncIterator]();
  for (const step of [0, 60_000, 0]) {
    const before = Date.now();
    host.write(`${JSON.stringify({ step })}\n`);
    const { now } = JSON.parse((await replies.next()).value ?? '');
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(Date.now());
  }
  expect(steps).toEqual([60_000]);
  host.write('{"step": "a lot"}\n');
  await once(host, 'close');
  server.close();
});
