import { once } from 'node:events';
import { connect, type Server } from 'node:net';
import { join } from 'node:path';
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

/** Whether nothing more has to be waited for. */
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

test('without a host nothing is waited for', async () => {
  await ports.seenTo('box');
});

test('a start waits until the host has seen to its ports', async () => {
  const { connection, report } = await host('other');
  expect(await isSeenTo('other')).toBe(true);
  expect(await isSeenTo('box')).toBe(false);
  const waiting = ports.seenTo('box');
  report(['other', 'box']);
  await waiting;
  expect(await isSeenTo('box')).toBe(true);
  connection.destroy();
});

test('a host that goes, or that takes too long, holds nobody up', async () => {
  const { connection } = await host('other');
  await ports.seenTo('box', 10);
  const waiting = ports.seenTo('box');
  connection.destroy();
  await waiting;
});
