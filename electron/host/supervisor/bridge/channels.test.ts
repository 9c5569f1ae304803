import { expect, test } from 'vitest';
import { exec } from './channels.ts';
import { bridgeTo, startTestGuest } from './testing/guest.ts';

test('a command in the guest that does not end is given up', async () => {
  const guest = await startTestGuest({ exec: () => new Promise<number>(() => {}) });
  await expect(exec(await bridgeTo(guest), 'sleep 1000', { timeoutMs: 100 })).rejects.toMatchObject(
    {
      ...{ code: 'timeout', message: expect.stringContaining('sleep 1000') },
    },
  );
});

test('a command in the guest that prints without end is cut off', async () => {
  const guest = await startTestGuest({ exec: () => 'y\n'.repeat(1024 * 1024) });
  await expect(exec(await bridgeTo(guest), 'yes')).rejects.toMatchObject({
    message: expect.stringContaining('printed too much'),
  });
});
