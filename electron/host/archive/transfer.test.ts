import { expect, it } from 'vitest';
import { transferring } from './transfer.ts';

const never = new AbortController().signal;

it('tells how many bytes there were, at the end too', async () => {
  const work = async (count: (bytes: number) => void) => {
    count(3);
    count(4);
  };
  const steps = [];
  for await (const step of transferring(never, work, 10)) steps.push(step);
  expect(steps).toEqual([{ bytes: 7, total: 10 }]);
});

it('fails as the work does', async () => {
  const work = () => Promise.reject(new Error('no room'));
  await expect(transferring(never, work).next()).rejects.toThrow('no room');
});

it('has called the work off, and waited for it, when it ends early', async () => {
  let cleaned = false;
  const work = (_: unknown, signal: AbortSignal) =>
    new Promise<void>((_resolve, reject) => {
      signal.addEventListener('abort', () =>
        setTimeout(() => {
          cleaned = true;
          reject(signal.reason);
        }, 5),
      );
    });
  for await (const { bytes } of transferring(never, work)) {
    expect(bytes).toBe(0);
    break;
  }
  expect(cleaned).toBe(true);
});
