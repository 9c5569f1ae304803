import { PassThrough } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { decode, encode, requestSchema } from './protocol.ts';

test('a connection that fails after its request bothers nobody', async () => {
  const stream = new PassThrough();
  const failures: Error[] = [];
  stream.on('error', (error) => failures.push(error));
  stream.write(encode({ call: 'status' }));
  for await (const request of decode(stream, requestSchema)) {
    expect(request).toEqual({ call: 'status' });
    break;
  }
  // As for an answer to a caller who has gone.
  stream.destroy(new Error('write EPIPE'));
  await setImmediate();
  expect(failures).toHaveLength(1);
});
