import { EventEmitter } from 'node:events';
import { connect } from 'node:net';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test, vi } from 'vitest';
import { testSocket } from '../../../guest-agent/testing/test-socket.ts';
import { temporaryDirectory } from '../base/testing/temporary-directory.ts';
import { runningStatus } from '../machine/testing/running-status.ts';
import { createSwitchedSocket } from './bridge/switched-socket.ts';
import { restWhenIdle } from './rest.ts';

const quiet = { Requests: 0, RequestsBegun: 5, Connections: 1 };

/** Lets a machine rest after 30 milliseconds; answers how often the engine was asked until then. */
async function looksUntilRest(
  activity: (look: number) => Partial<typeof quiet>,
  runsContainers: () => boolean = () => false,
): Promise<number> {
  const ending = new AbortController();
  onTestFinished(() => ending.abort());
  let looks = 0;
  const rest = vi.fn(async () => ending.abort());
  await restWhenIdle({
    machine: { status: runningStatus, events: new EventEmitter(), start: async () => {}, rest },
    sockets: [
      {
        lead: async () => ({ close: async () => {} }),
        open: async () => new PassThrough(),
      },
    ],
    idleMinutes: async () => 0.0005,
    activity: async () => {
      looks += 1;
      return { ...quiet, ...activity(looks) };
    },
    runsContainers: async () => runsContainers(),
    intervalMs: 5,
    signal: ending.signal,
  });
  await vi.waitFor(() => expect(rest).toHaveBeenCalled(), 10_000);
  return looks;
}

test('an idle VM sleeps, even while clients monitor it', async () => {
  expect(await looksUntilRest(() => ({}))).toBeGreaterThan(1);
});

test.each<[string, (look: number) => Partial<typeof quiet>]>([
  ['something was asked of the engine', (look) => ({ RequestsBegun: Math.min(look, 30) })],
  ['a request is under way', (look) => ({ Requests: look < 30 ? 1 : 0 })],
  ['somebody is logged in', (look) => ({ Connections: look < 30 ? 2 : 1 })],
  [
    'the engine does not answer',
    (look) => {
      if (look < 30) throw new Error('no answer');
      return {};
    },
  ],
])('it stays up for as long as %s', async (_, activity) => {
  expect(await looksUntilRest(activity)).toBeGreaterThan(30);
});

test('and while containers run', async () => {
  let left = 3;
  await looksUntilRest(
    () => ({}),
    () => left-- > 0,
  );
  expect(left).toBeLessThan(0);
});

test('a client that opens several connections wakes a sleeping VM once, and gets them all', async () => {
  const path = testSocket(await temporaryDirectory(), 'engine');
  const engineSocket = createSwitchedSocket(path);
  const ending = new AbortController();
  onTestFinished(() => ending.abort());
  const answer = async () => {
    const stream = new PassThrough();
    stream.end('answered');
    return stream;
  };
  let starts = 0;
  const booted = Promise.withResolvers<void>();
  // Like the real one: calls during a start join it. A VM that runs has its own target.
  let starting: Promise<void> | undefined;
  const start = () => {
    starting ??= (async () => {
      starts += 1;
      await booted.promise;
      await engineSocket.lead(answer);
    })();
    return starting;
  };
  await restWhenIdle({
    machine: {
      status: { ...runningStatus, state: 'stopped', asleep: true },
      ...{ events: new EventEmitter(), start, rest: async () => {} },
    },
    ...{ sockets: [engineSocket], idleMinutes: async () => 0, activity: async () => quiet },
    ...{ runsContainers: async () => false, intervalMs: 1_000, signal: ending.signal },
  });
  const connections = [1, 2, 3, 4, 5].map(() => text(connect(path)));
  await vi.waitFor(() => expect(starts).toBe(1));
  booted.resolve();
  expect(await Promise.all(connections)).toEqual(connections.map(() => 'answered'));
  expect(await text(connect(path))).toBe('answered');
  expect(starts).toBe(1);
  await (await engineSocket.lead(answer)).close();
});
