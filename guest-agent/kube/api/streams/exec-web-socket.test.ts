import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { PassThrough, Readable, Writable } from 'node:stream';
import { expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { serveExec } from './exec-web-socket.ts';

const parameters = { command: ['cat'], stdin: true, stdout: true, stderr: false, tty: false };
const STDIN = Buffer.of(0);
const END_OF_STDIN = Buffer.of(255, 0);

/** A client of a program with this input. */
async function connectTo(stdin: Writable) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const stdout = new PassThrough();
  const exit = Promise.withResolvers<number>();
  const program = {
    ...{ stdin, stdout, stderr: Readable.from([]), exited: exit.promise },
    ...{ resize: async () => {}, close: vi.fn(() => void stdout.destroy()) },
  };
  const complaints: unknown[] = [];
  const accepted = once(server, 'connection') as Promise<[WebSocket]>;
  const client = new WebSocket(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  onTestFinished(() => client.terminate());
  const [socket] = await accepted;
  const served = serveExec(socket, program, parameters, (_, cause) => complaints.push(cause));
  await once(client, 'open');
  const end = (code: number) => {
    stdout.end();
    exit.resolve(code);
  };
  return { client, socket, served, program, complaints, end };
}

it('lets a client wait whose input is not read', async () => {
  const read: (() => void)[] = [];
  let taken = 0;
  const stdin = new Writable({
    write(chunk: Buffer, _, done) {
      taken += chunk.length;
      read.push(done);
    },
  });
  const { client, socket } = await connectTo(stdin);
  const piece = Buffer.concat([STDIN, Buffer.alloc(1 << 20)]);
  for (let count = 0; count < 64; count += 1) client.send(piece);
  await vi.waitFor(() => expect(socket.isPaused).toBe(true), { timeout: 20_000 });
  expect(stdin.writableLength).toBeLessThan(8 << 20);
  const timer = setInterval(() => read.shift()?.(), 1);
  onTestFinished(() => clearInterval(timer));
  await vi.waitFor(() => expect(taken).toBe(64 << 20), { timeout: 20_000 });
});

it('drops input after the end of the input', async () => {
  const stdin = new PassThrough().resume();
  const { client, served, complaints, end } = await connectTo(stdin);
  for (const message of [END_OF_STDIN, Buffer.concat([STDIN, Buffer.from('late')])]) {
    client.send(message);
  }
  client.ping();
  await once(client, 'pong');
  end(0);
  const [status] = await once(client, 'message');
  expect(JSON.parse(status.subarray(1).toString())).toMatchObject({ status: 'Success' });
  await served;
  expect(complaints).toEqual([]);
});

it('closes the program of a client that is gone, without a complaint', async () => {
  const { client, served, program, complaints } = await connectTo(new PassThrough());
  client.terminate();
  await served;
  expect(program.close).toHaveBeenCalled();
  expect(complaints).toEqual([]);
});
