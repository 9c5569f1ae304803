import { expect, test } from 'vitest';
import type { BuildEvent, Progress } from '../build-event.ts';
import { SharedStep } from './shared-step.ts';

const line = (text: string): BuildEvent => ({
  kind: 'output',
  stream: 'stdout',
  data: Buffer.from(text),
});

/** A step that says what the test sends, until the test ends it. */
function openStep() {
  const sent: BuildEvent[] = [];
  let wake = () => {};
  let end: Error | 'done' | undefined;
  let stopped: AbortSignal | undefined;
  async function* run(signal: AbortSignal): Progress<string> {
    stopped = signal;
    signal.addEventListener('abort', () => wake());
    for (;;) {
      const event = sent.shift();
      if (event !== undefined) yield event;
      else if (end === 'done') return 'result';
      else if (end !== undefined) throw end;
      else if (signal.aborted) throw new Error('stopped');
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  }
  const step = new SharedStep(run);
  const say = (text: string) => {
    sent.push(line(text));
    wake();
  };
  const finish = (how: Error | 'done' = 'done') => {
    end = how;
    wake();
  };
  return { step, say, finish, isStopped: () => stopped?.aborted };
}

/** Follows a step as one build. */
function follow(step: SharedStep<string>) {
  const controller = new AbortController();
  const seen: string[] = [];
  const result = (async () => {
    const events = step.follow(controller.signal);
    for (;;) {
      const { done, value } = await events.next();
      if (done) return value;
      if (value.kind === 'output') seen.push(value.data.toString());
    }
  })();
  result.catch(() => {});
  return { seen, result, cancel: () => controller.abort(new Error('cancelled')) };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

test('a build that joins later sees the output so far and from there on, and the result', async () => {
  const { step, say, finish } = openStep();
  const first = follow(step);
  say('one');
  await settle();
  const second = follow(step);
  await settle();
  expect(second.seen).toEqual(['one']);
  say('two');
  finish();
  expect(await Promise.all([first.result, second.result])).toEqual(['result', 'result']);
  expect(first.seen).toEqual(['one', 'two']);
  expect(second.seen).toEqual(['one', 'two']);
});

test('the step continues for the other build when one is cancelled', async () => {
  const { step, say, finish, isStopped } = openStep();
  const first = follow(step);
  const second = follow(step);
  await settle();
  first.cancel();
  await expect(first.result).rejects.toThrow('cancelled');
  expect(isStopped()).toBe(false);
  expect(step.isWanted).toBe(true);
  say('still here');
  finish();
  expect(await second.result).toBe('result');
  expect(second.seen).toEqual(['still here']);
});

test('the step stops when no build wants it any more, and no other build can join', async () => {
  const { step, isStopped } = openStep();
  const [first, second] = [follow(step), follow(step)];
  await settle();
  first.cancel();
  second.cancel();
  await settle();
  expect(isStopped()).toBe(true);
  expect(step.isOpen).toBe(false);
  await step.ended();
});

test('all builds get the error of the step', async () => {
  const { step, finish } = openStep();
  const [first, second] = [follow(step), follow(step)];
  finish(new Error('exit code: 1'));
  await expect(first.result).rejects.toThrow('exit code: 1');
  await expect(second.result).rejects.toThrow('exit code: 1');
});

test('a long output isn’t kept for builds that join later', async () => {
  const { step, say, finish } = openStep();
  const first = follow(step);
  const megabyte = 'x'.repeat(1 << 20);
  for (let count = 0; count < 4; count++) say(megabyte);
  await settle();
  const second = follow(step);
  await settle();
  finish();
  await Promise.all([first.result, second.result]);
  expect(first.seen).toHaveLength(4);
  expect(second.seen).toHaveLength(2);
});
