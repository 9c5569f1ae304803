import { connect as connectHttp2 } from 'node:http2';
import { expect, test } from 'vitest';
import { toGrpcError } from '../control/errors.ts';
import { Control } from '../generated/github.com/moby/buildkit/api/services/control/control_pb.js';
import { serve, socketPair } from '../testing/test-client.ts';
import { callStreaming, callUnary } from './client.ts';
import { frame, readFrames } from './frames.ts';
import { bidirectional, serveGrpc, serverStreaming, unary } from './server.ts';
import { GrpcError, grpcCode } from './status.ts';

const { signal } = new AbortController();
const { method } = Control;

async function failure(work: Promise<unknown>): Promise<GrpcError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof GrpcError) return error;
  throw new Error(`no GrpcError: ${error}`);
}

test('messages arrive whole, however the connection cuts them', async () => {
  const bytes = Buffer.concat([
    frame(Buffer.from('one')),
    frame(Buffer.alloc(0)),
    frame(Buffer.alloc(70_000, 'x')),
  ]);
  const chunks = function* () {
    for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7);
  };
  const read: number[] = [];
  const pieces = async function* () {
    yield* chunks();
  };
  for await (const message of readFrames(pieces())) read.push(message.length);
  expect(read).toEqual([3, 0, 70_000]);
});

test.each([
  ['cut off', Buffer.from([0, 0, 0, 0, 9, 1]), 'the stream ended inside a message'],
  ['compressed', Buffer.from([1, 0, 0, 0, 1, 1]), 'compressed messages are not supported'],
  ['too large', Buffer.from([0, 0x7f, 0, 0, 0]), 'received message larger than max'],
])('a message that is %s is an error', async (_, bytes, message) => {
  const read = async () => {
    const source = async function* () {
      yield bytes;
    };
    for await (const _ of readFrames(source()));
  };
  expect((await failure(read())).message).toContain(message);
});

test('a call gets its answer, and sees what the client sent', async () => {
  await using server = await serve([
    unary(method.updateBuildHistory, async ({ Ref }) => {
      if (Ref !== 'build') throw new Error(`unexpected ${Ref}`);
      return {};
    }),
    unary(method.info, async () => ({ buildkitVersion: { version: 'v1' } })),
  ]);
  await callUnary(server.session, method.updateBuildHistory, { Ref: 'build' }, signal);
  const info = await callUnary(server.session, method.info, {}, signal);
  expect(info.buildkitVersion?.version).toBe('v1');
});

test('an error arrives with its code, its text and its details', async () => {
  const details = [
    { typeUrl: 'github.com/moby/buildkit/errdefs.Source+json', value: Buffer.from('{}') },
  ];
  await using server = await serve([
    unary(method.info, async () => {
      throw new GrpcError(grpcCode.notFound, 'no “ß” 100%\n', { details });
    }),
    unary(method.listWorkers, async () => {
      throw new Error('a fault');
    }),
  ]);
  const error = await failure(callUnary(server.session, method.info, {}, signal));
  expect([error.code, error.message]).toEqual([grpcCode.notFound, 'no “ß” 100%\n']);
  expect(error.details[0]?.typeUrl).toBe('github.com/moby/buildkit/errdefs.Source+json');
  expect(String(Buffer.from(error.details[0]?.value ?? []))).toBe('{}');
  const fault = await failure(callUnary(server.session, method.listWorkers, {}, signal));
  expect([fault.code, fault.message]).toEqual([grpcCode.unknown, 'a fault']);
  const unknown = await failure(callUnary(server.session, method.diskUsage, {}, signal));
  expect(unknown.code).toBe(grpcCode.unimplemented);
});

test('a long error arrives, with its text cut, and the connection stays', async () => {
  const details = [{ typeUrl: 'x/Source', value: Buffer.alloc(30_000, 'd') }];
  await using server = await serve([
    unary(method.info, async () => {
      throw new GrpcError(grpcCode.unknown, `no ${'ß'.repeat(500_000)}`, { details });
    }),
    unary(method.updateBuildHistory, async () => ({})),
  ]);
  const error = await failure(callUnary(server.session, method.info, {}, signal));
  expect(error.message).toMatch(/^no ß{1000,}… \(cut off\)$/);
  expect(error.details[0]?.value.length).toBe(30_000);
  await expect(
    callUnary(server.session, method.updateBuildHistory, {}, signal),
  ).resolves.toBeDefined();
});

test('a stream ends with an error after its messages', async () => {
  await using server = await serve([
    serverStreaming(method.prune, async function* () {
      yield { ID: 'one' };
      throw new GrpcError(grpcCode.unknown, 'then this');
    }),
  ]);
  const exchange = callStreaming(server.session, method.prune, {}, signal);
  await exchange.send({});
  exchange.end();
  const read: string[] = [];
  const all = async () => {
    for await (const { ID } of exchange.answers) read.push(ID);
  };
  expect((await failure(all())).message).toBe('then this');
  expect(read).toEqual(['one']);
});

test('both sides of a call send, and repeated values stay apart', async () => {
  await using server = await serve([
    bidirectional(method.session, async function* (requests, { headers }) {
      yield { data: Buffer.from(String(headers['x-list'])) };
      for await (const { data } of requests) yield { data: Buffer.from(`${Buffer.from(data)}!`) };
    }),
  ]);
  const exchange = callStreaming(server.session, method.session, { 'x-list': ['a', 'b'] }, signal);
  await exchange.send({ data: Buffer.from('hello') });
  exchange.end();
  const read: string[] = [];
  for await (const { data } of exchange.answers) read.push(Buffer.from(data).toString());
  expect(read).toEqual(['a, b', 'hello!']);
});

test('a client that cancels a call aborts the work', async () => {
  const aborted = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  await using server = await serve([
    unary(method.info, async (_, call) => {
      call.signal.addEventListener('abort', () => aborted.resolve());
      begun.resolve();
      await aborted.promise;
      return {};
    }),
  ]);
  const cancel = new AbortController();
  const call = callUnary(server.session, method.info, {}, cancel.signal);
  await begun.promise;
  cancel.abort();
  await expect(call).rejects.toThrow();
  await expect(aborted.promise).resolves.toBeUndefined();
});

test('the connection of a client that no longer answers is closed', async () => {
  await using pair = await socketPair();
  const times = { intervalMs: 5, timeoutMs: 100, failures: 2 };
  const served = serveGrpc(pair.engine, new Map(), toGrpcError, times);
  // The preface and no settings: a client that vanishes afterwards.
  const settings = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);
  pair.client.write(Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), settings]));
  pair.client.resume();
  await served;
  await expect.poll(() => pair.client.readableEnded).toBe(true);
});

test('the connection of a client that only waits stays open', async () => {
  await using pair = await socketPair();
  const times = { intervalMs: 1, timeoutMs: 1_000, failures: 1 };
  const info = unary(method.info, async () => ({}));
  const served = serveGrpc(pair.engine, new Map([[info.path, info]]), toGrpcError, times);
  const session = connectHttp2('http://localhost', { createConnection: () => pair.client });
  let pings = 0;
  session.on('ping', () => {
    pings += 1;
  });
  await expect.poll(() => pings).toBeGreaterThan(5);
  await expect(callUnary(session, method.info, {}, signal)).resolves.toBeDefined();
  session.destroy();
  await served;
});
