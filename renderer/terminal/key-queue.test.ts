import { expect, it } from 'vitest';
import { KeyQueue, LARGEST_WRITE } from './key-queue.ts';

/** A host that takes each write only when the test lets it. */
function slowHost() {
  const writes: string[] = [];
  const waiting: PromiseWithResolvers<void>[] = [];
  return {
    writes,
    send(text: string): Promise<void> {
      writes.push(text);
      const taken = Promise.withResolvers<void>();
      waiting.push(taken);
      return taken.promise;
    },
    async take(): Promise<void> {
      waiting.shift()?.resolve();
      await Promise.resolve();
      await Promise.resolve();
    },
    refuse(error: Error): void {
      waiting.shift()?.reject(error);
    },
  };
}

it('sends one write at a time, and text typed meanwhile in one piece', async () => {
  const host = slowHost();
  const keys = new KeyQueue(host.send, () => {});
  for (const key of 'echo hi\r') keys.type(key);
  expect(host.writes).toEqual(['e']);
  await host.take();
  expect(host.writes).toEqual(['e', 'cho hi\r']);
  await host.take();
  keys.type('x');
  expect(host.writes).toEqual(['e', 'cho hi\r', 'x']);
});

it('cuts pasted text into pieces that the host takes', async () => {
  const host = slowHost();
  const keys = new KeyQueue(host.send, () => {});
  const pasted = 'abc'.repeat(LARGEST_WRITE);
  keys.type(pasted);
  while (host.writes.join('').length < pasted.length) await host.take();
  expect(host.writes.join('')).toBe(pasted);
  expect(Math.max(...host.writes.map(({ length }) => length))).toBe(LARGEST_WRITE);
});

it('reports a failure once and drops the waiting text', async () => {
  const host = slowHost();
  const failed = Promise.withResolvers<unknown>();
  const keys = new KeyQueue(host.send, failed.resolve);
  keys.type('a');
  keys.type('b');
  host.refuse(new Error('gone'));
  expect(await failed.promise).toEqual(new Error('gone'));
  expect(host.writes).toEqual(['a']);
});
