import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { testSocket } from '../../../../guest-agent/testing/test-socket.ts';
import { isSystemError } from '../../base/system-error.ts';
import { temporaryDirectory } from '../../base/testing/temporary-directory.ts';
import type { Bridge } from '../bridge/connection.ts';
import { createSwitchedSocket } from '../bridge/switched-socket.ts';
import { bridgeTo, startTestGuest } from '../bridge/testing/guest.ts';
import { serveEngine } from './guest-link.ts';

/** Whether a server listens at a socket or a pipe. */
async function answers(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return false;
  } finally {
    socket.destroy();
  }
}

test('the engine comes back on the host after a connection that broke twice in a row', async () => {
  const directory = await temporaryDirectory();
  const engine = createServer((_, response) => response.end('OK'));
  const service = testSocket(directory, 'engine');
  engine.listen(service);
  onTestFinished(() => void engine.close());
  const guest = await startTestGuest({ socket: () => service });
  const real = await bridgeTo(guest);
  const events: Bridge['events'] = new EventEmitter();
  let broken = false;
  const bridge: Bridge = {
    events,
    get client() {
      return broken ? undefined : real.client;
    },
  };
  const stop = new AbortController();
  const path = testSocket(directory, 'host');
  const { ended } = await serveEngine(bridge, createSwitchedSocket(path), stop.signal);

  broken = true;
  events.emit('down');
  await vi.waitFor(() => expect(events.listenerCount('up')).toBe(1));
  expect(await answers(path)).toBe(false);
  // Up, and down again before anything was asked of it.
  events.emit('up');
  await new Promise((resolve) => setImmediate(resolve));
  broken = false;
  events.emit('up');
  await vi.waitFor(async () => expect(await answers(path)).toBe(true), 5_000);

  stop.abort();
  events.emit('down');
  await ended;
});

test('clients that come while the engine restarts wait for it together', async () => {
  const directory = await temporaryDirectory();
  const service = testSocket(directory, 'engine');
  let attempts = 0;
  let waits = 0;
  const up = Promise.withResolvers<number>();
  const guest = await startTestGuest({
    socket() {
      attempts++;
      return service;
    },
    exec(command) {
      if (command.startsWith('until ')) waits++;
      return up.promise;
    },
  });
  const stop = new AbortController();
  const path = testSocket(directory, 'host');
  const bridge = await bridgeTo(guest);
  await serveEngine(bridge, createSwitchedSocket(path), stop.signal);

  const ask = () => {
    const socket = connect(path);
    socket.write('GET / HTTP/1.0\r\n\r\n');
    return text(socket);
  };
  const first = ask();
  await vi.waitFor(() => expect(waits).toBe(1));
  const others = [ask(), ask(), ask()];
  await sleep(400);
  expect({ attempts, waits }).toEqual({ attempts: 1, waits: 1 });

  const engine = createServer((_, response) => response.end('OK'));
  onTestFinished(() => void engine.close());
  await new Promise<void>((resolve) => engine.listen(service, resolve));
  up.resolve(0);
  for (const reply of await Promise.all([first, ...others])) expect(reply).toContain('OK');
  stop.abort();
});
