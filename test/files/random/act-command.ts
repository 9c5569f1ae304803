import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { Actor } from './act.ts';
import { operation } from './operation.ts';

const question = z.union([
  z.object({ operations: z.array(operation) }),
  z.object({ view: z.literal(true) }),
]);

/** `act --directory D` performs the operations that it reads, a line of JSON each, and answers with a line. */
export async function actCommand(words: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({ args: [...words], options: { directory: { type: 'string' } } });
  if (values.directory === undefined) throw new Error('act needs --directory');
  const actor = new Actor(values.directory);
  for await (const line of createInterface({ input: process.stdin })) {
    const asked = question.parse(JSON.parse(line));
    const answer =
      'view' in asked ? actor.view() : asked.operations.map((each) => actor.perform(each));
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
  return true;
}
