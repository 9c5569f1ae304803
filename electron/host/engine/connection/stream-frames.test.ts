import { once } from 'node:events';
import { PassThrough, Readable, Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { frame } from '../testing/scripted-engine.ts';
import { copyFrames } from './stream-frames.ts';

async function split(source: Iterable<Buffer>): Promise<{ stdout: string; stderr: string }> {
  const stdout = new PassThrough({ highWaterMark: 1 << 24 });
  const stderr = new PassThrough({ highWaterMark: 1 << 24 });
  await copyFrames(Readable.from(source), stdout, stderr);
  stdout.end();
  stderr.end();
  return {
    stdout: (await buffer(stdout)).toString('latin1'),
    stderr: (await buffer(stderr)).toString('latin1'),
  };
}

const stream = Buffer.concat([
  frame(1, 'one '),
  frame(2, 'oops'),
  frame(1, ''),
  frame(1, Buffer.from([0, 255, 13, 10, 3])),
]);
const expected = { stdout: 'one \x00\xff\r\n\x03', stderr: 'oops' };

test('parts the streams, whatever the pieces that the bytes come in', async () => {
  for (let size = 1; size <= stream.length; size++) {
    const pieces: Buffer[] = [];
    for (let at = 0; at < stream.length; at += size) pieces.push(stream.subarray(at, at + size));
    expect(await split(pieces)).toEqual(expected);
  }
});

test('a stream that is cut inside a frame is an error', async () => {
  await expect(split([stream.subarray(0, stream.length - 1)])).rejects.toMatchObject({
    code: 'connection',
  });
  await expect(split([stream.subarray(0, 3)])).rejects.toMatchObject({ code: 'connection' });
});

test("an engine's error frame becomes the error", async () => {
  await expect(split([frame(3, 'disk '), frame(3, 'full')])).rejects.toThrow('disk full');
});

test('reads no faster than the output takes', async () => {
  let produced = 0;
  const source = Readable.from(
    (function* () {
      for (; produced < 1000; produced++) yield frame(1, Buffer.alloc(10_000));
    })(),
    { highWaterMark: 1 },
  );
  const release = Promise.withResolvers<void>();
  const taken = new PassThrough();
  const slow = new Writable({
    write(chunk, _encoding, done) {
      taken.write(chunk);
      release.promise.then(() => done());
    },
  });
  const copied = copyFrames(source, slow, slow);
  await once(taken, 'data');
  await new Promise((resolve) => setImmediate(resolve));
  expect(produced).toBeLessThan(10);
  release.resolve();
  await copied;
  expect(produced).toBe(1000);
});

test('a closed output ends the copying with its error', async () => {
  const closed = new Writable({
    write: (_chunk, _encoding, done) => done(Object.assign(new Error('gone'), { code: 'EPIPE' })),
  });
  closed.on('error', () => {});
  await expect(copyFrames(Readable.from([stream]), closed, closed)).rejects.toMatchObject({
    code: 'EPIPE',
  });
});
