import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type AcceptedClient, listenSeqpacket } from '../testing/seqpacket-server.ts';
import { AttachSocket, type OutputPacket } from './attach-socket.ts';

/** A client and the monitor to which it is attached. */
async function attach(): Promise<{ client: AttachSocket; monitor: AcceptedClient }> {
  const directory = await mkdtemp(join(tmpdir(), 'attach-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const path = join(directory, 'attach');
  const server = listenSeqpacket(path);
  onTestFinished(() => server.close());
  const client = new AttachSocket(path);
  onTestFinished(() => client.close());
  return { client, monitor: server.accept() };
}

async function outputOf(client: AttachSocket): Promise<string[]> {
  const packets: string[] = [];
  for await (const { stream, data } of client.output as AsyncIterable<OutputPacket>) {
    packets.push(`${stream} ${data}`);
  }
  return packets;
}

/** Writes until the monitor's socket is full. Pending writes never arrive. */
async function fill(client: AttachSocket): Promise<void> {
  const writing = client.write(Buffer.alloc(1024 * 1024));
  writing.catch(() => {});
  await new Promise((resolve) => setTimeout(resolve, 50));
}

test('output arrives in order, even if the process exits without reading its input', async () => {
  const { client, monitor } = await attach();
  await fill(client);
  monitor.send('stdout', 'out');
  monitor.send('stderr', 'err');
  monitor.close();
  expect(await outputOf(client)).toEqual(['stdout out', 'stderr err']);
});

test('long output reaches a slow reader in order', async () => {
  const { client, monitor } = await attach();
  await fill(client);
  const sent = Array.from({ length: 60 }, (_, index) => `${index} `.padEnd(1024, '.'));
  for (const text of sent) monitor.send('stdout', text);
  monitor.close();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await outputOf(client)).toEqual(sent.map((text) => `stdout ${text}`));
});

test('input doesn’t lose any output', async () => {
  const { client, monitor } = await attach();
  await client.write(Buffer.from('input'));
  const sent = Array.from({ length: 60 }, (_, index) => String(index));
  for (const text of sent) {
    monitor.send('stdout', text);
    await new Promise((resolve) => setImmediate(resolve));
  }
  monitor.close();
  expect(await outputOf(client)).toEqual(sent.map((text) => `stdout ${text}`));
});

test('output arrives even if a write fails because the process is gone', async () => {
  const { client, monitor } = await attach();
  monitor.send('stdout', 'last words');
  monitor.close();
  await expect(client.write(Buffer.from('too late'))).rejects.toThrow();
  expect(await outputOf(client)).toEqual(['stdout last words']);
});

test('the end of the input leaves the output open', async () => {
  const { client, monitor } = await attach();
  await client.write(Buffer.from('all of it'));
  client.end();
  await expect.poll(() => monitor.receive()).toEqual(Buffer.from('all of it'));
  await expect.poll(() => monitor.receive()).toEqual(Buffer.alloc(0));
  monitor.send('stdout', 'heard');
  monitor.close();
  expect(await outputOf(client)).toEqual(['stdout heard']);
});

test('no descriptor stays open after an attachment', async () => {
  const descriptors = async () => (await readdir('/proc/self/fd')).length;
  const { client: first, monitor } = await attach();
  first.close();
  monitor.close();
  const before = await descriptors();
  for (const ending of ['read', 'closed', 'written', 'ended'] as const) {
    const { client, monitor } = await attach();
    if (ending === 'written') await client.write(Buffer.from('input'));
    if (ending === 'ended') client.end();
    if (ending === 'closed') client.close();
    monitor.close();
    if (ending !== 'closed') await outputOf(client);
  }
  // The four listeners stay open until the test ends.
  await expect.poll(descriptors).toBe(before + 4);
});

test('input that waits for space is rejected when the attachment closes', async () => {
  const { client, monitor } = await attach();
  const writing = client.write(Buffer.alloc(1024 * 1024));
  client.close();
  await expect(writing).rejects.toThrow();
  monitor.close();
});

test('a process that writes more than is read waits and loses nothing', async () => {
  const { client, monitor } = await attach();
  let sent = 0;
  const hasRoom = () => {
    try {
      monitor.send('stdout', String(sent).padEnd(8 * 1024, '.'));
      sent += 1;
      return true;
    } catch {
      return false;
    }
  };
  for (let refused = 0; refused < 5; refused = hasRoom() ? 0 : refused + 1) {
    await new Promise((resolve) => setTimeout(resolve, refused * 5));
    expect(sent).toBeLessThan(200);
  }
  const reading = outputOf(client);
  await expect.poll(hasRoom).toBe(true);
  monitor.close();
  expect((await reading).map((line) => Number.parseInt(line.slice('stdout '.length), 10))).toEqual(
    Array.from({ length: sent }, (_, index) => index),
  );
});

test('many attachments share the existing threads', async () => {
  const threads = async () => (await readdir('/proc/self/task')).length;
  const { client: first, monitor } = await attach();
  monitor.close();
  await outputOf(first);
  const before = await threads();
  const attached = await Promise.all(Array.from({ length: 20 }, attach));
  for (const { client, monitor } of attached) {
    await client.write(Buffer.from('input'));
    monitor.send('stdout', 'output');
  }
  expect(await threads()).toBe(before);
  for (const { monitor } of attached) monitor.close();
  for (const { client } of attached) expect(await outputOf(client)).toEqual(['stdout output']);
});
