import { expect, test } from 'vitest';
import { reportReady } from './report-ready.ts';

/** A channel whose parent disconnects when it reads the message, as `spawnSupervisor` does. */
function channel(parentIsQuick: boolean) {
  const child = {
    connected: true,
    sent: [] as unknown[],
    send(message: unknown, written: unknown) {
      child.sent.push(message);
      if (parentIsQuick) child.connected = false;
      if (typeof written === 'function') written();
      return true;
    },
    disconnect() {
      // As Node does: an error that nobody handles ends the process.
      if (!child.connected) throw new Error('IPC channel is already disconnected');
      child.connected = false;
    },
  };
  return child;
}

test.each([true, false])('the channel closes once (the parent disconnects first: %s)', (quick) => {
  const child = channel(quick);
  expect(() => reportReady(child)).not.toThrow();
  expect(child).toMatchObject({ sent: ['ready'], connected: false });
});

test('a process without a waiting parent reports nothing', () => {
  const child = { ...channel(true), connected: false };
  reportReady(child);
  expect(child.sent).toEqual([]);
});
