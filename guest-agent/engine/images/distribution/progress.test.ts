import { expect, test } from 'vitest';
import { figure, step, withProgress } from './progress.ts';

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const never = new AbortController().signal;

test('yields what the work reports, then ends with it', async () => {
  const messages = withProgress(never, async (report) => {
    report(step('Pulling fs layer', 'a'));
    await Promise.resolve();
    report({ status: 'done' });
  });
  expect(await collect(messages)).toEqual([step('Pulling fs layer', 'a'), { status: 'done' }]);
});

test('a slow reader gets the newest progress of each layer, and every step', async () => {
  const messages = withProgress(never, async (report) => {
    report(figure('Downloading', 'a', 1, 10));
    report(figure('Downloading', 'b', 1, 10));
    report(figure('Downloading', 'a', 5, 10));
    report(step('Download complete', 'a'));
    report(figure('Extracting', 'a', 10, 10));
    report(figure('Downloading', 'b', 2, 10));
  });
  expect(await collect(messages)).toEqual([
    figure('Downloading', 'a', 5, 10),
    figure('Downloading', 'b', 2, 10),
    step('Download complete', 'a'),
    figure('Extracting', 'a', 10, 10),
  ]);
});

test('throws what the work throws, after what it reported', async () => {
  const messages = withProgress(never, async (report) => {
    report({ status: 'first' });
    throw new Error('broken');
  });
  expect((await messages.next()).value).toEqual({ status: 'first' });
  await expect(messages.next()).rejects.toThrow('broken');
});

test('when the reader leaves, the work stops before the generator ends', async () => {
  let cleaned = false;
  const messages = withProgress(never, async (report, signal) => {
    report({ status: 'first' });
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    await Promise.resolve();
    cleaned = true;
  });
  for await (const _ of messages) break;
  expect(cleaned).toBe(true);
});

test('draws a bar', () => {
  expect(figure('Downloading', 'a', 1_234_567, 3_000_000).progress).toBe(
    '[====================>                             ]  1.235MB/3MB',
  );
  expect(figure('Extracting', 'a', 10, 10).progress).toBe(
    '[==================================================]  10B/10B',
  );
  expect(figure('Downloading', 'a', 0, 0).progress).toContain('0B/0B');
});
