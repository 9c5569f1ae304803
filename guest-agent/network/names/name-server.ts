import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { DatagramReader, frameDatagram } from '../../contract/datagrams.ts';
import { readQuestion, truncatedAnswer } from './message.ts';

type Ask = (message: Buffer) => Promise<Buffer | undefined>;

/** Closes what it listens on and drops its connections. */
export interface NameServer extends Disposable {
  readonly port: number;
}

type Log = (message: string, cause: unknown) => void;

const FAILED = 'answering a question about a name';
const idleMs = 10_000;
const maximumConnections = 256;

/**
 * Answers DNS questions by UDP and TCP on an address of this machine; `port` 0 takes a free one.
 * Rejects with the system's error.
 */
export async function serveNames(
  address: string,
  port: number,
  ask: Ask,
  log: Log,
): Promise<NameServer> {
  const tcp = createServer((connection) => {
    // A client that went, or doesn't speak DNS: there is nobody to be told.
    const drop = () => connection.destroy();
    answerAll(connection, ask, log).catch(drop);
  });
  tcp.maxConnections = maximumConnections;
  await once(tcp.listen(port, address), 'listening');
  const bound = tcp.address();
  const chosen = typeof bound === 'object' && bound !== null ? bound.port : port;
  const udp = createSocket('udp4');
  const answerOne = async (message: Buffer, { port: to, address: client }: RemoteInfo) => {
    const answer = await ask(message);
    if (answer === undefined) return;
    const limit = readQuestion(message)?.limit ?? 0;
    const fitting = answer.length <= limit ? answer : truncatedAnswer(message);
    udp.send(fitting, to, client, () => {});
  };
  udp.on('message', (message, from) => {
    // A datagram that isn't answered is one that was lost: the client asks again.
    answerOne(message, from).catch((error) => log(FAILED, error));
  });
  try {
    await once(udp.bind(chosen, address), 'listening');
  } catch (error) {
    tcp.close();
    throw error;
  }
  udp.on('error', () => {});
  return {
    port: chosen,
    [Symbol.dispose]: () => {
      udp.close();
      tcp.close();
    },
  };
}

/** By TCP, messages are framed as our datagrams are (RFC 1035, section 4.2.2). */
async function answerAll(connection: Socket, ask: Ask, log: Log): Promise<void> {
  connection.on('error', () => {});
  connection.setTimeout(idleMs, () => connection.destroy());
  const reader = new DatagramReader();
  for await (const chunk of connection as AsyncIterable<Buffer>) {
    for (const message of reader.add(chunk)) {
      const answer = await ask(message).catch((error) => log(FAILED, error));
      if (answer instanceof Buffer) connection.write(frameDatagram(answer));
    }
  }
}
