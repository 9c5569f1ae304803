import { isUtf8 } from 'node:buffer';
import type { ClientHttp2Session } from 'node:http2';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { awaitedElsewhere, EngineError } from '../../errors.ts';
import type { TarMember } from '../../store/tar/member.ts';
import { type SentFile, sender, sendTree } from '../files/send-tree.ts';
import { goFileMode } from '../files/tree-entry.ts';
import {
  BytesMessageSchema,
  FileSend,
} from '../generated/github.com/moby/buildkit/session/filesync/filesync_pb.js';
import type { StatSchema } from '../generated/github.com/tonistiigi/fsutil/types/stat_pb.js';
import { PacketSchema } from '../generated/github.com/tonistiigi/fsutil/types/wire_pb.js';
import { exchangeMessages, type Metadata } from '../grpc/client.ts';
import { methodPath } from '../grpc/method.ts';
import type { OutputFile } from './platform-files.ts';

const path = methodPath(FileSend.method.diffCopy);

/** Which of a build's outputs is sent, and what the client learns of it before. */
export interface SentOutput {
  readonly index: number;
  readonly response?: Readonly<Record<string, string>>;
}

function outputMetadata({ index, response = {} }: SentOutput): Metadata {
  const facts = Object.entries(response).map(([name, value]) => [
    `exporter-md-${name.toLowerCase()}`,
    value,
  ]);
  return { 'buildkit-attachable-exporter-id': String(index), ...Object.fromEntries(facts) };
}

/** Sends files to the directory that the client chose for an output. */
export async function sendDirectory(
  session: ClientHttp2Session,
  output: SentOutput,
  files: AsyncIterable<OutputFile>,
  report: (bytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const stop = new AbortController();
  const limited = AbortSignal.any([signal, stop.signal]);
  const schemas = { input: PacketSchema, output: PacketSchema };
  const exchange = exchangeMessages(session, path, schemas, outputMetadata(output), limited);
  try {
    await sendTree(exchange, sent(files), report);
  } finally {
    stop.abort();
  }
}

/** Sends bytes to the file that the client chose for an output. */
export async function sendBytes(
  session: ClientHttp2Session,
  output: SentOutput,
  bytes: AsyncIterable<Uint8Array>,
  report: (bytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const schemas = { input: BytesMessageSchema, output: BytesMessageSchema };
  const stop = new AbortController();
  const limited = AbortSignal.any([signal, stop.signal]);
  const exchange = exchangeMessages(session, path, schemas, outputMetadata(output), limited);
  const receive = async () => {
    try {
      for await (const _ of exchange.answers);
    } finally {
      // The client takes no more bytes.
      stop.abort();
    }
  };
  const received = receive();
  received.catch(awaitedElsewhere);
  const send = sender(exchange, received);
  let sent = 0;
  try {
    for await (const data of bytes) {
      for (let at = 0; at < data.length; at += 1 << 20) {
        await send({ data: data.subarray(at, at + (1 << 20)) });
      }
      sent += data.length;
      report(sent);
    }
    exchange.end();
    await received;
  } finally {
    stop.abort();
  }
}

async function* sent(files: AsyncIterable<OutputFile>): AsyncGenerator<SentFile> {
  for await (const { member, file } of files) {
    yield { stat: statOf(member), ...(file !== undefined && { file }) };
  }
}

/** The client's protocol has only names in UTF-8. Throws EngineError 'invalid'. */
function text(bytes: string): string {
  const buffer = Buffer.from(bytes, 'latin1');
  if (isUtf8(buffer)) return buffer.toString('utf8');
  throw new EngineError(
    'invalid',
    `"${buffer.toString('utf8')}" can't be written to a directory of the client, because the name isn't UTF-8. Use --output type=tar`,
  );
}

function statOf(member: TarMember): MessageInitShape<typeof StatSchema> {
  const { name, type, mode, uid, gid, size, mtime, target, device } = member;
  const [devmajor, devminor] = device.map(BigInt);
  return {
    ...{ path: text(name), linkname: text(target), mode: goFileMode(type, mode), uid, gid },
    ...{ size: BigInt(size), modTime: BigInt(mtime) * 1_000_000_000n },
    ...(type === 'char' || type === 'block' ? { devmajor, devminor } : {}),
  };
}
