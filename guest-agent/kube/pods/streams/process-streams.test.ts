import { once } from 'node:events';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { processStreams } from './process-streams.ts';

it('bears errors of streams that nobody uses', async () => {
  const attachment = {
    output: new Readable({ objectMode: true, read: () => {} }),
    ...{ write: async () => {}, end: () => {}, close: () => {} },
  };
  const program = processStreams(attachment, Promise.resolve(0), async () => {});
  program.stdin.end();
  program.stdin.write('after the end');
  const closed = once(program.stderr.resume(), 'end');
  program.stdout.resume();
  attachment.output.destroy(new Error('reading failed'));
  await closed;
  expect(program.stdout.errored?.message).toBe('reading failed');
});
