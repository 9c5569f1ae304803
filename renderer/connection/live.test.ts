import { expect, it, vi } from 'vitest';
import { createLive } from './live.ts';

/** A host whose streams the test feeds; each opening is one stream. */
function standInHost() {
  const streams: { push(value: string): void; break(): void; signal: AbortSignal }[] = [];
  const open = async (signal: AbortSignal) => {
    const stream = new ReadableStream<string>({
      start(controller) {
        signal.addEventListener('abort', () => controller.error(signal.reason));
        streams.push({
          signal,
          push: (value) => controller.enqueue(value),
          break: () => controller.error(new Error('broken')),
        });
      },
    });
    return stream as unknown as AsyncIterable<string>;
  };
  return { streams, open };
}

it('shares one stream among all readers', async () => {
  const { streams, open } = standInHost();
  const live = createLive(open);
  const seen: (string | undefined)[] = [];
  const forget = [1, 2].map(() => live.subscribe(() => seen.push(live.current())));
  expect(live.current()).toBeUndefined();
  streams[0]?.push('first');
  await vi.waitUntil(() => seen.length === 2);
  expect(seen).toEqual(['first', 'first']);
  expect(streams).toHaveLength(1);
  for (const each of forget) each();
});

it('stays open while one page replaces another', async () => {
  const { streams, open } = standInHost();
  const live = createLive(open);
  const leave = live.subscribe(() => {});
  streams[0]?.push('first');
  await vi.waitUntil(() => live.current() === 'first');
  leave();
  const forget = live.subscribe(() => {});
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(live.current()).toBe('first');
  expect(streams).toHaveLength(1);
  forget();
});

it('closes and forgets after the last reader has gone', async () => {
  const { streams, open } = standInHost();
  const live = createLive(open);
  const forget = live.subscribe(() => {});
  streams[0]?.push('old');
  await vi.waitUntil(() => live.current() === 'old');
  forget();
  await vi.waitUntil(() => streams[0]?.signal.aborted);
  expect(live.current()).toBeUndefined();
});

it('opens a broken stream again, and keeps the last value meanwhile', async () => {
  const { streams, open } = standInHost();
  const live = createLive(open);
  const forget = live.subscribe(() => {});
  streams[0]?.push('before');
  await vi.waitUntil(() => live.current() === 'before');
  streams[0]?.break();
  await vi.waitUntil(() => streams.length === 2, { timeout: 2000 });
  expect(live.current()).toBe('before');
  streams[1]?.push('after');
  await vi.waitUntil(() => live.current() === 'after');
  forget();
});
