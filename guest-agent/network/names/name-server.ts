import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { DatagramReader, frameDatagram } from '../../contract/datagrams.ts';
import { readQuestion, truncatedAnswer } from './message.ts';

type Ask = (message: Buffer) => Promise<Buffer | undefined>;

/** Closes its sockets and drops its connections. */
export interface NameServer extends Disposable {
  readonly port: number;
}

type Log = (message: string, cause: unknown) => void;

const FAILED = 'answering a DNS query';
const idleMs = 10_000;
const maximumConnections = 256;

/**
 * Answers DNS queries over UDP and TCP on an address of the VM. `port` 0 uses a free port. Rejects
 * with the system's error.
 */
export async function serveNames(
  address: string,
  port: number,
  ask: Ask,
  log: Log,
): Promise<NameServer> {
  const tcp = createServer((connection) => {
    // The client has disconnected or doesn't send DNS, so nobody needs an answer.
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
    // A datagram without an answer counts as lost, and the client asks again.
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

/**
 * Over TCP, DNS messages are framed like the datagrams on host sockets (RFC 1035, section 4.2.2).
 */
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
