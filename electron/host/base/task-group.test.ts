import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { TaskGroup } from './task-group.ts';

const untilAborted = (signal: AbortSignal) =>
  new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

it('ends the other tasks when one fails, and tells of that failure alone', async () => {
  const group = new TaskGroup();
  group.run(untilAborted);
  group.run(async () => {
    throw new Error('first');
  });
  await expect(group.ended()).rejects.toThrow('first');
  expect(group.signal.aborted).toBe(true);
});

it('keeps a failure for the one who asks, however late', async () => {
  const unhandled: unknown[] = [];
  const note = (error: unknown) => unhandled.push(error);
  process.on('unhandledRejection', note);
  const group = new TaskGroup();
  group.run(() => {
    throw new Error('thrown before the first await');
  });
  await sleep(20);
  await expect(group.ended()).rejects.toThrow('thrown before the first await');
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});

it('waits for tasks that tasks have begun', async () => {
  const group = new TaskGroup();
  const done: string[] = [];
  group.run(async () => {
    group.run(async () => {
      await sleep(10);
      done.push('inner');
    });
    done.push('outer');
  });
  await group.ended();
  expect(done).toEqual(['outer', 'inner']);
});

it('ends without a failure when the caller, or the group itself, ends it', async () => {
  const caller = new AbortController();
  const outer = new TaskGroup(caller.signal);
  outer.run(untilAborted);
  caller.abort();
  await outer.ended();

  const own = new TaskGroup();
  own.run(untilAborted);
  own.end();
  await own.ended();
  expect(own.signal.aborted).toBe(true);
});
