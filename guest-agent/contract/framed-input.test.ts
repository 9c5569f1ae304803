import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { duplexPair } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { testSocket } from '../testing/test-socket.ts';
import { readFramedInput, writeFramedInput } from './framed-input.ts';

async function connection() {
  const directory = await mkdtemp(join(tmpdir(), 'framed-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const server = createServer({ allowHalfOpen: true });
  onTestFinished(() => void server.close());
  const path = testSocket(directory, 's');
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const accepted = once(server, 'connection');
  const client = connect(path);
  await once(client, 'connect');
  const [engine] = (await accepted) as [Socket];
  onTestFinished(() => {
    client.destroy();
    engine.destroy();
  });
  return { client, engine, input: writeFramedInput(client), stream: readFramedInput(engine) };
}

test('the input ends and the output continues: megabytes come back unchanged', async () => {
  const { client, input, stream } = await connection();
  const sent = Buffer.alloc(3_000_000, 'any bytes \0\u00ff');
  input.end(sent);
  const received = await buffer(stream.iterator({ destroyOnReturn: false }));
  expect(received.equals(sent)).toBe(true);
  expect(client.writableEnded).toBe(false);
  stream.end(received);
  expect((await buffer(input)).equals(sent)).toBe(true);
  if (!client.closed) await once(client, 'close');
});

test('frames that arrive byte by byte are read, and an empty write doesn’t end the input', async () => {
  const [wire, engine] = duplexPair();
  const stream = readFramedInput(engine);
  const frames = [0, 0, 0, 3, 97, 98, 99, 0, 0, 0, 1, 100, 0, 0, 0, 0];
  for (const byte of frames) wire.write(Buffer.of(byte));
  expect(await text(stream.iterator({ destroyOnReturn: false }))).toBe('abcd');

  const { input, stream: other } = await connection();
  input.write('');
  input.write('after ');
  input.end('nothing');
  expect(await text(other.iterator({ destroyOnReturn: false }))).toBe('after nothing');
});

test('a client that disconnects in the middle ends the input and closes the stream', async () => {
  const { client, input, stream } = await connection();
  const reading = text(stream.iterator({ destroyOnReturn: false }));
  await new Promise<void>((resolve) => input.write('half', () => resolve()));
  client.destroy();
  expect(await reading).toBe('half');
  stream.end();
  if (!stream.closed) await once(stream, 'close');
});

test('a client that disconnects after its input is noticed', async () => {
  const { client, engine, input, stream } = await connection();
  input.end('all');
  expect(await text(stream.iterator({ destroyOnReturn: false }))).toBe('all');
  client.destroy();
  if (!engine.readableEnded) await once(engine, 'end');
  stream.end();
  if (!stream.closed) await once(stream, 'close');
});

test('a process that ends before its input does gives all of its output', async () => {
  const { input, stream } = await connection();
  const output = Buffer.alloc(500_000, 'output');
  input.write('one');
  stream.end(output);
  expect((await buffer(input.iterator({ destroyOnReturn: false }))).equals(output)).toBe(true);
  // More input harms nobody.
  if (input.writable) input.write('two');
  if (!input.closed) await once(input, 'close');
});
