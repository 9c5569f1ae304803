import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import * as packet from 'dns-packet';
import { expect, onTestFinished, test } from 'vitest';
import { DatagramReader, frameDatagram } from '../../contract/datagrams.ts';
import { temporaryDirectory } from '../../store/testing/temporary-directory.ts';
import { HostResolver, type HostResolverOptions } from './host-resolver.ts';
import { serveNames } from './name-server.ts';

/** The guest's side, on loopback. */
async function startGuest(options: HostResolverOptions = {}) {
  const directory = await temporaryDirectory();
  const path = join(directory.path, 'names.sock');
  const resolver = new HostResolver({
    ...{ patienceMs: 100, connectPatienceMs: 100, hostAddress: () => '10.0.2.2', ...options },
  });
  const socket = await resolver.serve(path);
  const server = await serveNames(
    '127.0.0.1',
    0,
    (message) => resolver.ask(message),
    () => {},
  );
  onTestFinished(async () => {
    server[Symbol.dispose]();
    socket.close();
    await directory[Symbol.asyncDispose]();
  });
  return { path, port: server.port };
}

/** A host that answers every query with `addresses` addresses, or doesn't answer if `silent`. */
async function connectHost(path: string, addresses: number, silent = false): Promise<Socket> {
  const host = connect(path);
  onTestFinished(() => void host.destroy());
  const reader = new DatagramReader();
  host.on('data', (chunk) => {
    for (const message of silent ? [] : reader.add(chunk)) {
      const { id, questions = [] } = packet.decode(message);
      const answers = Array.from({ length: addresses }, (_, index) => ({
        ...{ type: 'A' as const, name: questions[0]?.name ?? '', ttl: 5 },
        data: `10.1.2.${index}`,
      }));
      host.write(
        frameDatagram(packet.encode({ type: 'response', id: id ?? 0, questions, answers })),
      );
    }
  });
  await once(host, 'connect');
  return host;
}

const question = (name: string, id = 1, udpPayloadSize?: number) =>
  packet.encode({
    ...{ type: 'query', id, flags: packet.RECURSION_DESIRED, questions: [{ type: 'A', name }] },
    additionals:
      udpPayloadSize === undefined
        ? []
        : [
            {
              ...{ type: 'OPT', name: '.', udpPayloadSize, extendedRcode: 0, ednsVersion: 0 },
              ...{ flags: 0, flag_do: false, options: [] },
            },
          ],
  });

async function askByUdp(port: number, message: Buffer): Promise<packet.DecodedPacket> {
  const socket = createSocket('udp4');
  socket.send(message, port, '127.0.0.1');
  const [answer] = (await once(socket, 'message')) as [Buffer];
  socket.close();
  return packet.decode(answer);
}

test('clients with the same query ID each get their own answer', async () => {
  const { path, port } = await startGuest();
  await connectHost(path, 1);
  const names = Array.from({ length: 50 }, (_, index) => `host${index}.corp`);
  const answers = await Promise.all(names.map((name) => askByUdp(port, question(name, 7))));
  expect(answers.map(({ id, answers }) => [id, answers?.[0]?.name])).toEqual(
    names.map((name) => [7, name]),
  );
});

test('an answer that is too long for UDP arrives over TCP, or if the client accepts long ones', async () => {
  const { path, port } = await startGuest();
  await connectHost(path, 100);
  expect(await askByUdp(port, question('a.corp'))).toMatchObject({ flag_tc: true, answers: [] });
  expect((await askByUdp(port, question('a.corp', 1, 4096))).answers).toHaveLength(100);
  const tcp = connect(port, '127.0.0.1');
  tcp.write(frameDatagram(question('a.corp')));
  const reader = new DatagramReader();
  for await (const chunk of tcp as AsyncIterable<Buffer>) {
    const [answer] = reader.add(chunk);
    if (answer === undefined) continue;
    expect(packet.decode(answer).answers).toHaveLength(100);
    break;
  }
});

test('names of the host and container addresses resolve without the host', async () => {
  const { port } = await startGuest();
  const containers = ['web.berth.local', 'API.shop.berth.localhost'];
  for (const name of ['host.docker.internal', 'Host.Containers.Internal', ...containers]) {
    expect((await askByUdp(port, question(name))).answers).toMatchObject([{ data: '10.0.2.2' }]);
  }
});

test('a missing or silent host is a failure, but the guest waits a little for a connection', async () => {
  const { path, port } = await startGuest({ connectPatienceMs: 300 });
  expect(await askByUdp(port, question('a.corp', 9))).toMatchObject({ id: 9, rcode: 'SERVFAIL' });
  const early = askByUdp(port, question('a.corp'));
  const host = await connectHost(path, 1);
  expect((await early).answers).toHaveLength(1);
  host.destroy();
  await once(host, 'close');
  await connectHost(path, 1, true);
  expect(await askByUdp(port, question('a.corp'))).toMatchObject({ rcode: 'SERVFAIL' });
});
