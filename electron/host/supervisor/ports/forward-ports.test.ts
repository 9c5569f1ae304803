import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test, vi } from 'vitest';
import { guestPaths } from '../../../../guest-agent/contract/paths.ts';
import { onWindows } from '../../../../guest-agent/testing/on-windows.ts';
import { testSocket } from '../../../../guest-agent/testing/test-socket.ts';
import type { Domains } from '../../../api/domains.ts';
import type { PublishedPort } from '../../../api/ports.ts';
import { temporaryDirectory } from '../../base/testing/temporary-directory.ts';
import { createEngineClient } from '../../engine/connection/http-client.ts';
import { startScriptedEngine } from '../../engine/testing/scripted-engine.ts';
import { freePort } from '../../ports/free-port.ts';
import { bridgeTo, startTestGuest } from '../bridge/testing/guest.ts';
import { serveDomains } from '../domains/serve-domains.ts';
import { forwardPorts } from './forward-ports.ts';

/** A guest with an engine, whose containers all are this one service. */
async function start(ports: readonly number[] = []) {
  let serve: (socket: Socket) => void = (socket) => socket.end('hello');
  const service = createServer((socket) => serve(socket));
  await once(service.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void service.close());
  const engine = await startScriptedEngine();
  onTestFinished(() => engine[Symbol.asyncDispose]());
  const listeners = new Set<ServerResponse>();
  engine.answer('GET /events', (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
    listeners.add(response);
    response.once('close', () => listeners.delete(response));
  });
  let published: object[] = [];
  let name = 'web';
  engine.answer('GET /containers/json', (_, response) => {
    const summary = {
      ...{ Id: 'c0ffee', Names: [`/${name}`], Image: 'i', ImageID: 'i', Command: '', Created: 0 },
      ...{ State: 'running', Status: 'Up', Ports: published },
      NetworkSettings: { Networks: { bridge: { IPAddress: '127.0.0.1' } } },
    };
    response.end(JSON.stringify(published.length > 0 ? [summary] : []));
  });

  const reports: string[] = [];
  let guestConnection: Socket | undefined;
  const directory = await temporaryDirectory();
  const portsSocket = testSocket(directory, 'ports');
  const keeper = createServer((socket) => {
    guestConnection = socket;
    createInterface({ input: socket }).on('line', (line) => reports.push(line));
  });
  await once(keeper.listen(portsSocket), 'listening');
  onTestFinished(() => void keeper.close());
  const guest = await startTestGuest({
    socket: (path) => (path === guestPaths.hostPorts ? portsSocket : path),
  });
  const goingDown = new AbortController();
  const ending = new AbortController();
  let seen: PublishedPort[] = [];
  engine.answer('GET /networks', (_, response) => void response.end('[]'));
  const bridge = await bridgeTo(guest);
  const client = createEngineClient(engine.socketPath);
  const onDomains = vi.fn<(domains: Domains | undefined) => void>();
  const forwarding = forwardPorts({
    ...{ bridge, engine: client },
    domains: serveDomains({
      ...{ bridge, engine: client, ports, onChange: onDomains },
      setting: async () => 'localhost',
    }),
    onChange: (ports) => {
      seen = ports;
    },
    ending: goingDown.signal,
    signal: ending.signal,
  });
  const end = () => {
    ending.abort();
    return forwarding.ended;
  };
  onTestFinished(end);
  return {
    ...{ guest, forwarding, end, reports },
    seen: () => seen,
    /** Where containers are found by their names. */
    door: () => onDomains.mock.lastCall?.[0]?.port,
    /** As the guest does before a container begins; answers why it may not. */
    async ask(...hostPorts: number[]) {
      const ports = hostPorts.map((hostPort) => ({
        ...{ protocol: 'tcp', hostIp: '127.0.0.1', hostPort },
      }));
      const question = reports.length;
      guestConnection?.write(`${JSON.stringify({ question, ports })}\n`);
      const answered = () => reports.find((line) => line.startsWith(`{"answer":${question}`));
      await vi.waitFor(() => expect(answered()).toBeDefined(), 5_000);
      return JSON.parse(answered() ?? '').refusal;
    },
    /** As the guest does for Services of Kubernetes, which all are the one service. */
    wantLocal(...hostPorts: number[]) {
      const target = { host: '127.0.0.1', port: (service.address() as AddressInfo).port };
      const local = hostPorts.map((hostPort) => ({
        ...{ protocol: 'tcp', hostIp: '127.0.0.1', hostPort, target, name: 'service default/web' },
      }));
      guestConnection?.write(`${JSON.stringify({ local })}\n`);
    },
    /** Containers start or end: from now on these ports of the host are published. */
    publish(...ports: number[]) {
      const PrivatePort = (service.address() as AddressInfo).port;
      const port = { IP: '127.0.0.1', PrivatePort, Type: 'tcp' };
      published = ports.map((PublicPort) => ({ ...port, PublicPort }));
      const Actor = { ID: 'c0ffee', Attributes: {} };
      const event = { Type: 'container', Action: 'start', Actor, time: 1, timeNano: 1 };
      for (const listener of listeners) listener.write(`${JSON.stringify(event)}\n`);
    },
    serve(how: (socket: Socket) => void) {
      serve = how;
    },
    rename(to: string) {
      name = to;
    },
    /** What an engine that restarts does to its listeners. */
    breakEvents() {
      for (const listener of listeners) listener.destroy();
    },
  };
}

const fetchFrom = (port: number) => text(connect({ host: '127.0.0.1', port }));

test('a port opens when its container starts and closes when it ends', async () => {
  const { publish, seen } = await start();
  const port = await freePort();
  publish(port);
  expect(await vi.waitFor(() => fetchFrom(port))).toBe('hello');
  expect(seen()).toEqual([
    {
      ...{ address: '127.0.0.1', port, protocol: 'tcp' },
      ...{ containerId: 'c0ffee', containerName: 'web' },
    },
  ]);
  publish();
  await vi.waitFor(() => expect(fetchFrom(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' }));
  expect(seen()).toEqual([]);
});

test('the VM learns whose ports are open after they have opened', async () => {
  const { publish, reports } = await start();
  await vi.waitFor(() => expect(reports.at(-1)).toBe('{"containers":[]}'));
  const port = await freePort();
  publish(port);
  await vi.waitFor(() => expect(reports.at(-1)).toBe('{"containers":["c0ffee"]}'));
  expect(await fetchFrom(port)).toBe('hello');
});

test('after a lost connection to the VM or the engine, everything continues', async () => {
  const { publish, guest, breakEvents } = await start();
  const [first, second] = [await freePort(), await freePort()];
  publish(first);
  await vi.waitFor(() => fetchFrom(first));
  guest.ssh.dropConnections();
  expect(await vi.waitFor(() => fetchFrom(first), 5_000)).toBe('hello');
  breakEvents();
  publish(first, second);
  expect(await vi.waitFor(() => fetchFrom(second), 5_000)).toBe('hello');
  expect(await fetchFrom(first)).toBe('hello');
});

test.skipIf(onWindows('wine has no PowerShell'))(
  'a port that another program uses is reported with its name, and opened when it is free',
  async () => {
    const { publish, seen, forwarding } = await start();
    const port = await freePort();
    const program = `require('net').createServer().listen(${port}, '127.0.0.1', () => console.log())`;
    const other = spawn(process.execPath, ['-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void other.kill('SIGKILL'));
    await once(other.stdout, 'data');
    publish(port);
    await forwarding.refresh();
    const problem = expect.stringMatching(
      new RegExp(`^\\S+ \\(pid ${other.pid}\\) already uses it$`),
    );
    expect(seen()).toMatchObject([{ port, containerName: 'web', problem }]);
    other.kill('SIGKILL');
    await once(other, 'exit');
    await forwarding.refresh();
    expect(seen()[0]?.problem).toBeUndefined();
    expect(await fetchFrom(port)).toBe('hello');
  },
);

test('the VM learns of a port that cannot be opened, in Docker’s words', async () => {
  const { publish, ask, forwarding, reports } = await start();
  await vi.waitFor(() => expect(reports).not.toEqual([]));
  const [free, taken, ours] = [await freePort(), await freePort(), await freePort()];
  const other = createServer();
  await once(other.listen(taken, '127.0.0.1'), 'listening');
  onTestFinished(() => void other.close());
  expect(await ask(free)).toBeUndefined();
  expect(await ask(free, taken)).toEqual({
    port: { protocol: 'tcp', hostIp: '127.0.0.1', hostPort: taken },
    reason: expect.stringMatching(
      new RegExp(
        `^exposing port TCP 127.0.0.1:${taken} -> 127.0.0.1:0: ` +
          `listen tcp4 127.0.0.1:${taken}: bind: address already in use: .+ already uses it$`,
      ),
    ),
  });
  // A container that just stopped.
  publish(ours);
  await forwarding.refresh();
  publish();
  expect(await ask(ours)).toBeUndefined();
});

test('the port where containers are found by name is free for one that publishes it', async () => {
  const [first, second] = [await freePort(), await freePort()];
  const { publish, ask, forwarding, door, reports } = await start([first, second]);
  await vi.waitFor(() => expect(reports).not.toEqual([]));
  publish(await freePort());
  await forwarding.refresh();
  expect(door()).toBe(first);
  expect(await ask(first)).toBeUndefined();
  expect(door()).toBe(second);
  publish(first);
  await forwarding.refresh();
  expect(await fetchFrom(first)).toBe('hello');
});

test('ports of Services open and close, and the VM learns which could not be opened', async () => {
  const { publish, wantLocal, reports, seen } = await start();
  await vi.waitFor(() => expect(reports).not.toEqual([]));
  const [web, taken] = [await freePort(), await freePort()];
  publish(taken);
  await vi.waitFor(() => fetchFrom(taken));
  wantLocal(web, taken);
  expect(await vi.waitFor(() => fetchFrom(web))).toBe('hello');
  await vi.waitFor(() =>
    expect(JSON.parse(reports.at(-1) ?? '')).toEqual({
      containers: ['c0ffee'],
      local: [
        { protocol: 'tcp', hostIp: '127.0.0.1', hostPort: web },
        {
          ...{ protocol: 'tcp', hostIp: '127.0.0.1', hostPort: taken },
          problem: 'the container web already uses it',
        },
      ],
    }),
  );
  expect(seen()).toContainEqual({
    ...{ address: '127.0.0.1', port: web, protocol: 'tcp' },
    ...{ containerId: '', containerName: 'service default/web' },
  });
  wantLocal();
  await vi.waitFor(() => expect(fetchFrom(web)).rejects.toMatchObject({ code: 'ECONNREFUSED' }));
  expect(await fetchFrom(taken)).toBe('hello');
});

test('a container that is renamed keeps its connections', async () => {
  const { publish, seen, rename, forwarding, serve } = await start();
  serve((socket) => socket.pipe(socket));
  const port = await freePort();
  publish(port);
  await forwarding.refresh();
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.write('before');
  await once(socket, 'data');
  rename('other');
  await forwarding.refresh();
  expect(seen()).toMatchObject([{ port, containerName: 'other' }]);
  socket.write('after');
  expect(String((await once(socket, 'data'))[0])).toBe('after');
});

test('the end of the machine closes every port', async () => {
  const { publish, forwarding, end } = await start();
  const ports = [await freePort(), await freePort(), await freePort()];
  publish(...ports);
  await forwarding.refresh();
  await end();
  for (const port of ports) {
    await expect(fetchFrom(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  }
});
