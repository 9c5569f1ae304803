import { expect, test } from 'vitest';
import { EngineError } from '../errors.ts';
import { messageLines } from './message-lines.ts';

async function* failing(messages: readonly object[]) {
  yield* messages;
  throw new EngineError('invalid', 'unexpected EOF');
}

async function lines(answer: AsyncIterable<string>): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const line of answer) found.push(JSON.parse(line));
  return found;
}

const failure = { errorDetail: { message: 'unexpected EOF' }, error: 'unexpected EOF' };

test('a failure after the first line becomes a line', async () => {
  expect(await lines(messageLines(failing([{ a: 1 }])))).toEqual([{ a: 1 }, failure]);
  await expect(lines(messageLines(failing([])))).rejects.toThrow('unexpected EOF');
});

test('a failure always becomes a line if the answer has begun', async () => {
  expect(await lines(messageLines(failing([]), undefined, { begun: true }))).toEqual([failure]);
});
