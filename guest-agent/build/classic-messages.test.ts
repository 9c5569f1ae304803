import { expect, test } from 'vitest';
import type { BuildEvent } from './build-event.ts';
import { type BuildMessage, classicMessages } from './classic-messages.ts';

async function messages(...events: readonly BuildEvent[]) {
  async function* progress() {
    yield* events;
  }
  const said: BuildMessage[] = [];
  const all = classicMessages({ globals: [], stages: [] }, progress());
  for await (const message of all) said.push(message);
  return said;
}

const output = (stream: 'stdout' | 'stderr', ...bytes: readonly number[]): BuildEvent => ({
  ...{ kind: 'output', stream, data: Buffer.from(bytes) },
});

test('clients tell errors from output by the color', async () => {
  expect(await messages(output('stdout', 0x61, 0x0a), output('stderr', 0x62, 0x0a))).toEqual([
    { stream: 'a\n' },
    { stream: '\u001b[91mb\n\u001b[0m' },
  ]);
});

test('a character that comes in pieces stays whole while the other stream writes', async () => {
  const pieces = [output('stdout', 0xc3), output('stderr', 0x62), output('stdout', 0xbc)];
  expect(await messages(...pieces)).toEqual([{ stream: '\u001b[91mb\u001b[0m' }, { stream: 'ü' }]);
});
