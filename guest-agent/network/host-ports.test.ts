import { once } from 'node:events';
import { connect, type Server } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { temporaryDirectory } from '../store/testing/temporary-directory.ts';
import { HostPorts } from './host-ports.ts';

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let server: Server;
const ports = new HostPorts();

beforeEach(async () => {
  directory = await temporaryDirectory();
  server = await ports.listen(join(directory.path, 'ports.sock'));
});
afterEach(async () => {
  server.close();
  await directory[Symbol.asyncDispose]();
});

/** Whether a start would not wait any more. */
const isSeenTo = (id: string) =>
  Promise.race([ports.seenTo(id).then(() => true), setImmediate(false)]);

/** A host that has reported these containers. */
async function host(...containers: string[]) {
  const connection = connect(join(directory.path, 'ports.sock'));
  await once(connection, 'connect');
  const report = (ids: string[]) => connection.write(`${JSON.stringify({ containers: ids })}\n`);
  report(containers);
  await vi.waitFor(async () => expect(await isSeenTo('nobody')).toBe(false));
  return { connection, report };
}

test('without a host, a start doesn’t wait', async () => {
  await ports.seenTo('box');
});

test('a start waits until the host has opened its ports', async () => {
  const { connection, report } = await host('other');
  expect(await isSeenTo('other')).toBe(true);
  expect(await isSeenTo('box')).toBe(false);
  const waiting = ports.seenTo('box');
  report(['other', 'box']);
  await waiting;
  expect(await isSeenTo('box')).toBe(true);
  connection.destroy();
});

test('a host that disconnects or takes too long doesn’t block a start', async () => {
  const { connection } = await host('other');
  await ports.seenTo('box', 10);
  const waiting = ports.seenTo('box');
  connection.destroy();
  await waiting;
});

const web = { protocol: 'tcp', hostIp: '0.0.0.0', hostPort: 80 };
const refusal = { port: web, reason: 'the port is in use' };

test('asks the host whether it can open ports', async () => {
  const { connection } = await host();
  const asked: unknown[] = [];
  createInterface({ input: connection }).on('line', (line) => {
    const { question, ports: list } = JSON.parse(line);
    asked.push(list);
    const refused = list[0].hostPort === 80 && { refusal };
    connection.write(`${JSON.stringify({ answer: question, ...refused })}\n`);
  });
  const other = { ...web, hostPort: 81 };
  expect(await Promise.all([ports.refusal([web]), ports.refusal([other])])).toEqual([
    ...[refusal, undefined],
  ]);
  expect(await ports.refusal([])).toBeUndefined();
  expect(asked).toEqual([[web], [other]]);
  connection.destroy();
});

test('a host that disconnects, is missing or doesn’t answer rejects no port', async () => {
  expect(await ports.refusal([web])).toBeUndefined();
  const { connection } = await host();
  expect(await ports.refusal([web], 10)).toBeUndefined();
  const waiting = ports.refusal([web]);
  connection.destroy();
  expect(await waiting).toBeUndefined();
});
