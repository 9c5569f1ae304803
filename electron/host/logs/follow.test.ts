import { afterEach, beforeEach, expect, it } from 'vitest';
import { FakeEngine } from '../../../guest-agent/testing/fake-engine/fake-engine.ts';
import type { LogRange } from '../../api/logs.ts';
import { createEngineClient } from '../engine/connection/http-client.ts';
import { followLog } from './follow.ts';

let engine: FakeEngine;

beforeEach(async () => {
  engine = await FakeEngine.start();
});

afterEach(() => engine.close());

/** The lines that come before the log says that it has caught up, finished or not. */
async function linesUntilCaughtUp(range: LogRange): Promise<string[]> {
  const client = createEngineClient(engine.socket);
  const lines: string[] = [];
  const ending = new AbortController();
  for await (const piece of followLog(client, 'job', range, ending.signal)) {
    lines.push(...piece.lines.map(({ text }) => text));
    if (!piece.caughtUp) continue;
    lines.push(...piece.unfinished.map(({ text }) => text));
    break;
  }
  ending.abort();
  return lines;
}

const three = ['one', 'two', 'three'];

it.each<{ range: LogRange; seen: string[] }>([
  { range: {}, seen: ['start', ...three] },
  { range: { tail: 2 }, seen: ['two', 'three'] },
  { range: { tail: 10 }, seen: ['start', ...three] },
])('catches up after all lines that were written at once, of $range', async ({ range, seen }) => {
  await engine.run('job', { Image: 'busybox' });
  engine.processOf('job').write('stdout', 'start\n');
  engine.processOf('job').write('stdout', 'one\ntwo\nthree\n');
  expect(await linesUntilCaughtUp(range)).toEqual(seen);
});

it('catches up after many lines that were written at once', async () => {
  await engine.run('job', { Image: 'busybox' });
  engine.processOf('job').write('stdout', 'x\n'.repeat(3000));
  expect(await linesUntilCaughtUp({})).toHaveLength(3000);
});

it('catches up with the line that has not ended', async () => {
  await engine.run('job', { Image: 'busybox' });
  engine.processOf('job').write('stdout', 'one\ntwo\n40 %');
  expect(await linesUntilCaughtUp({})).toEqual(['one', 'two', '40 %']);
});

it('has nothing to catch up with in an empty log', async () => {
  await engine.run('job', { Image: 'busybox' });
  expect(await linesUntilCaughtUp({})).toEqual([]);
});
