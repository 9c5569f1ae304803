import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { endGently, separateHalves } from '../../../contract/connection-halves.ts';
import { AttachSocket } from '../../../runtime/conmon/attach-socket.ts';
import { type AcceptedClient, listenSeqpacket } from '../../../runtime/testing/seqpacket-server.ts';
import { dropInput, joinStreams, type StreamOptions } from './streams.ts';

const OPTIONS: StreamOptions = {
  ...{ stdin: true, stdout: true, stderr: true, tty: false },
  ...{ closesStdin: true, detachKeys: [16, 17] },
};

/** A client joined to a process over real sockets, and the outcome. */
async function join_(options: Partial<StreamOptions> = {}): Promise<{
  client: Socket;
  process: AcceptedClient;
  outcome: Promise<'ended' | 'detached'>;
}> {
  const directory = await mkdtemp(join(tmpdir(), 'streams-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const monitor = listenSeqpacket(join(directory, 'attach'));
  onTestFinished(() => monitor.close());
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true });
  onTestFinished(() => void server.close());
  const path = join(directory, 'client');
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const accepted = once(server, 'connection');
  const client = connect({ path, allowHalfOpen: true });
  onTestFinished(() => void client.destroy());
  const [socket] = (await accepted) as [Socket];
  onTestFinished(() => void socket.destroy());
  separateHalves(socket);
  const attached = new AttachSocket(join(directory, 'attach'));
  const process = monitor.accept();
  if (options.stdin === false) dropInput(socket);
  const outcome = joinStreams(socket, attached, { ...OPTIONS, ...options }, (stream, data) =>
    Buffer.from(`[${stream} ${data}]`),
  ).finally(() => endGently(socket));
  return { client, process, outcome };
}

test('output arrives although the process exits before it has read its input', async () => {
  const { client, process, outcome } = await join_();
  const written = text(client);
  client.write(Buffer.alloc(2_000_000));
  await sleep(50);
  process.send('stdout', 'out');
  process.send('stderr', 'err');
  process.close();
  expect(await outcome).toBe('ended');
  client.end();
  expect(await written).toBe('[stdout out][stderr err]');
});

test('a client that keeps sending sees the end too, without a reset', async () => {
  const { client, process } = await join_();
  const failed: Error[] = [];
  client.on('error', (error) => failed.push(error));
  const sending = setInterval(() => client.write(Buffer.alloc(100_000)), 1);
  await sleep(50);
  process.send('stdout', 'out');
  process.close();
  expect(await text(client)).toBe('[stdout out]');
  clearInterval(sending);
  await new Promise<void>((resolve) => client.end(resolve));
  expect(failed).toEqual([]);
});

test('a client that reads its own output back loses none of it, as a build does', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'streams-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const monitor = listenSeqpacket(join(directory, 'attach'));
  onTestFinished(() => monitor.close());
  const attached = new AttachSocket(join(directory, 'attach'));
  const process = monitor.accept();
  const pipe = new PassThrough();
  const outcome = joinStreams(pipe, attached, { ...OPTIONS, stdin: false }, (_, data) => data);
  process.send('stdout', 'Step 1');
  process.close();
  expect(await outcome).toBe('ended');
  pipe.end();
  await sleep(10);
  expect(await text(pipe)).toBe('Step 1');
});

test('unwanted input doesn’t lose any output', async () => {
  const { client, process, outcome } = await join_({ stdin: false });
  client.write(Buffer.alloc(500_000));
  await sleep(20);
  process.send('stdout', 'out');
  process.close();
  expect(await outcome).toBe('ended');
  expect(await text(client)).toBe('[stdout out]');
  client.end();
});

test('all input of a client that has disconnected reaches the process, then the end', async () => {
  const { client, process, outcome } = await join_();
  client.pause();
  process.send('stdout', 'never read');
  await new Promise<void>((resolve) => client.write(Buffer.alloc(400_000), () => resolve()));
  client.destroy();
  let length = 0;
  for (;;) {
    const packet = process.receive();
    if (packet?.length === 0) break;
    length += packet?.length ?? 0;
    if (packet && length < 100_000) process.send('stdout', 'nobody takes this');
    if (!packet) await sleep(1);
  }
  expect(length).toBe(400_000);
  expect(await outcome).toBe('detached');
  process.close();
});

test('the detach keys leave the process running', async () => {
  const { client, process, outcome } = await join_({ tty: true });
  client.write('ab\x10\x11');
  expect(await outcome).toBe('detached');
  expect(String(process.receive())).toBe('ab');
  process.close();
});
