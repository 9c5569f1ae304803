import { createInterface } from 'node:readline';
import { expect, onTestFinished, test, vi } from 'vitest';
import { bridgeTo, serveInGuest, startTestGuest, type TestGuest } from '../bridge/testing/guest.ts';
import { keepGuestClock, stepFor } from './guest-clock.ts';

test.each([
  ['in time', { sent: 1000, received: 1010, now: 1005 }, 0],
  ['a little late', { sent: 1000, received: 1010, now: 900 }, 0],
  ['a minute behind', { sent: 61_000, received: 61_010, now: 1005 }, 60_000],
  ['half a second ahead', { sent: 1000, received: 1000, now: 1500 }, 0],
  ['an hour ahead', { sent: 1000, received: 1000, now: 3_601_000 }, -3_600_000],
  ['behind by less than the reply took', { sent: 0, received: 60_000, now: 1000 }, 0],
  ['asked while this clock was set back', { sent: 5000, received: 1000, now: 90_000 }, 0],
])('a guest that is %s: %o', (_, compared, step) => {
  expect(stepFor(compared)).toBe(step);
});

/** A guest whose clock is off by `offset` milliseconds until it is set. */
async function startGuest(offset: number): Promise<{ guest: TestGuest; offset: () => number }> {
  let socket = '';
  const guest = await startTestGuest({ socket: () => socket });
  let current = offset;
  socket = await serveInGuest(guest, (connection) => {
    createInterface({ input: connection }).on('line', (line) => {
      current += JSON.parse(line).step;
      connection.write(`${JSON.stringify({ now: Date.now() + current })}\n`);
    });
  });
  return { guest, offset: () => current };
}

test('a clock that is behind is put right, also after the connection broke', async () => {
  const { guest, offset } = await startGuest(-60_000);
  const controller = new AbortController();
  onTestFinished(() => controller.abort());
  void keepGuestClock(await bridgeTo(guest), controller.signal);
  await vi.waitFor(() => expect(Math.abs(offset())).toBeLessThan(500));

  const other = await startGuest(-60_000);
  void keepGuestClock(await bridgeTo(other.guest), controller.signal);
  other.guest.ssh.dropConnections();
  await vi.waitFor(() => expect(Math.abs(other.offset())).toBeLessThan(500), 5_000);
});
