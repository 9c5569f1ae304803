import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { performServerHandshake, type ServerHttp2Stream } from 'node:http2';
import { join } from 'node:path';
import { create, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryDirectory } from '../../store/testing/temporary-directory.ts';
import {
  PacketSchema,
  Packet_PacketType as PacketType,
} from '../generated/github.com/tonistiigi/fsutil/types/wire_pb.js';
import { frame, readFrames } from '../grpc/frames.ts';
import { ClientSession } from '../session/client-session.ts';
import { socketPair } from '../testing/test-client.ts';
import { filesBelow } from './platform-files.ts';
import { sendBytes, sendDirectory } from './send-files.ts';

const { signal } = new AbortController();
const headers = { ':status': 200, 'content-type': 'application/grpc' };
const ignore = () => {};

/** A session whose client answers the call like this. */
async function sessionWith(answer: (stream: ServerHttp2Stream) => void) {
  const pair = await socketPair();
  const client = performServerHandshake(pair.client);
  client.on('error', () => client.destroy());
  client.on('stream', (stream) => {
    stream.on('error', ignore);
    answer(stream);
  });
  const { http2 } = new ClientSession({ id: 't', sharedKey: '', methods: [] }, pair.engine);
  onTestFinished(async () => {
    http2.destroy();
    await pair[Symbol.asyncDispose]();
  });
  return http2;
}

/** A directory with `file`, which has the ID 1, and `link`, with the ID 2. */
async function directory(): Promise<string> {
  const temporary = await temporaryDirectory();
  onTestFinished(() => temporary[Symbol.asyncDispose]());
  const root = join(temporary.path, 'root');
  await mkdir(join(root, 'dir'), { recursive: true });
  await writeFile(join(root, 'file'), 'content');
  await symlink('file', join(root, 'link'));
  return root;
}

function endWith(stream: ServerHttp2Stream, trailers: Record<string, string>): void {
  stream.once('wantTrailers', () => stream.sendTrailers(trailers));
  stream.end();
}

/** Asks for one file after the list, and then for the end. Returns the content. */
async function take(stream: ServerHttp2Stream, ID: number): Promise<string> {
  const send = (packet: MessageInitShape<typeof PacketSchema>) =>
    stream.write(frame(toBinary(PacketSchema, create(PacketSchema, packet))));
  stream.respond(headers, { waitForTrailers: true });
  let content = '';
  for await (const bytes of readFrames(stream)) {
    const { type, stat, data } = fromBinary(PacketSchema, bytes);
    if (type === PacketType.PACKET_STAT && stat === undefined) {
      send({ type: PacketType.PACKET_REQ, ID });
    }
    if (type === PacketType.PACKET_DATA && data.length > 0) content += Buffer.from(data);
    else if (type === PacketType.PACKET_DATA) send({ type: PacketType.PACKET_FIN });
    if (type === PacketType.PACKET_FIN) endWith(stream, { 'grpc-status': '0' });
  }
  return content;
}

test('a client takes a file of a directory', async () => {
  let content: Promise<string> | undefined;
  const session = await sessionWith((stream) => {
    content = take(stream, 1);
  });
  await sendDirectory(session, { index: 0 }, filesBelow(await directory()), ignore, signal);
  expect(await content).toBe('content');
});

test('a client doesn’t get what a link leads to', async () => {
  const session = await sessionWith((stream) => take(stream, 2).catch(ignore));
  const sending = sendDirectory(
    session,
    { index: 0 },
    filesBelow(await directory()),
    ignore,
    signal,
  );
  await expect(sending).rejects.toThrow('no file 2');
});

test('a client that ends before it has all files fails the export', async () => {
  const session = await sessionWith((stream) => {
    stream.respond(headers, { waitForTrailers: true });
    stream.resume();
    endWith(stream, { 'grpc-status': '0' });
  });
  const sending = sendDirectory(
    session,
    { index: 0 },
    filesBelow(await directory()),
    ignore,
    signal,
  );
  await expect(sending).rejects.toThrow('the client took only some files');
});

test('an export that a client can’t write says why', async () => {
  const session = await sessionWith((stream) => {
    stream.once('data', () => {
      stream.pause();
      endWith(stream, { 'grpc-status': '2', 'grpc-message': 'no space left on device' });
    });
    stream.respond(headers, { waitForTrailers: true });
  });
  const endless = async function* () {
    for (;;) yield Buffer.alloc(1 << 20);
  };
  await expect(sendBytes(session, { index: 0 }, endless(), ignore, signal)).rejects.toThrow(
    'no space left on device',
  );
});

test.each(['name', 'target of a link'])('a %s that isn’t UTF-8 can’t be sent', async (kind) => {
  const root = await directory();
  const odd = Buffer.from('caf\xe9', 'latin1');
  if (kind === 'name') await writeFile(Buffer.concat([Buffer.from(`${root}/dir/`), odd]), '');
  else await symlink(odd, join(root, 'odd'));
  const session = await sessionWith((stream) => {
    take(stream, 1).catch(ignore);
  });
  await expect(
    sendDirectory(session, { index: 0 }, filesBelow(root), ignore, signal),
  ).rejects.toThrow(
    /caf\uFFFD" can't be written to a directory of the client.*Use --output type=tar/,
  );
});
