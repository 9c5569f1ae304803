import { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { testSocket } from '../../../../guest-agent/testing/test-socket.ts';
import { temporaryDirectory } from '../../base/testing/temporary-directory.ts';
import type { Bridge } from '../bridge/connection.ts';
import { createSwitchedSocket } from '../bridge/switched-socket.ts';
import { bridgeTo, startTestGuest } from '../bridge/testing/guest.ts';
import { serveEngine } from './guest-link.ts';

test('the engine comes back on the host after a connection that broke twice in a row', async () => {
  const directory = await temporaryDirectory();
  const engine = createServer((_, response) => response.end('OK'));
  engine.listen(join(directory, 'engine'));
  onTestFinished(() => void engine.close());
  const guest = await startTestGuest({ socket: () => join(directory, 'engine') });
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
  expect(existsSync(path)).toBe(false);
  // Up, and down again before anything was asked of it.
  events.emit('up');
  await new Promise((resolve) => setImmediate(resolve));
  broken = false;
  events.emit('up');
  await vi.waitFor(() => expect(existsSync(path)).toBe(true), 5_000);

  stop.abort();
  events.emit('down');
  await ended;
});

test('clients that come while the engine restarts wait for it together', async () => {
  const directory = await temporaryDirectory();
  let attempts = 0;
  let waits = 0;
  const up = Promise.withResolvers<number>();
  const guest = await startTestGuest({
    socket() {
      attempts++;
      return join(directory, 'engine');
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

  const ask = () => text(connect(path).end('GET / HTTP/1.0\r\n\r\n'));
  const first = ask();
  await vi.waitFor(() => expect(waits).toBe(1));
  const others = [ask(), ask(), ask()];
  await sleep(400);
  expect({ attempts, waits }).toEqual({ attempts: 1, waits: 1 });

  const engine = createServer((_, response) => response.end('OK'));
  onTestFinished(() => void engine.close());
  await new Promise<void>((resolve) => engine.listen(join(directory, 'engine'), resolve));
  up.resolve(0);
  for (const reply of await Promise.all([first, ...others])) expect(reply).toContain('OK');
  stop.abort();
});
