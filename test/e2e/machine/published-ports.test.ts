import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { afterEach, beforeAll, expect, inject, test, vi } from 'vitest';
import { createHost, type Host } from '../../../electron/host/host.ts';
import { freePort } from '../../../electron/host/ports/free-port.ts';
import { DockerClient } from '../../fixtures/docker-client.ts';
import { berth, output } from '../berth.ts';
import { guest, removeContainers } from '../engine/shared-machine.ts';

/** Published ports on this host, over a real sshd and a real network in the guest. */
let host: Host;

beforeAll(() => {
  host = createHost({ home: inject('home') });
});
afterEach(removeContainers);

/** Runs a service in the background that answers each connection with a shell command. */
const serve = (port: string, command: string) =>
  output('run', '-d', '-p', port, 'busybox', 'nc', '-ll', '-p', '80', '-e', 'sh', '-c', command);

/**
 * The service's output, once it listens. Until then, its port is open, but connections are reset.
 */
const ask = (port: number, address = '127.0.0.1') =>
  vi.waitFor(
    async () => {
      const answer = await text(connect({ host: address, port }));
      if (answer === '') throw new Error('the service does not listen yet');
      return answer;
    },
    { timeout: 30_000, interval: 100 },
  );

const closed = (port: number) =>
  vi.waitFor(
    () => expect(text(connect(port, '127.0.0.1'))).rejects.toMatchObject({ code: 'ECONNREFUSED' }),
    { timeout: 30_000, interval: 50 },
  );

test('a port is open while its container runs, and leads into it', async () => {
  const port = await freePort();
  const id = await serve(`127.0.0.1:${port}:80`, 'echo hello from $(hostname)');
  expect(await ask(port)).toBe(`hello from ${id.slice(0, 12)}\n`);
  expect(await output('machine', 'status')).toContain(`127.0.0.1:${port}/tcp of `);
  await output('stop', '--timeout', '0', id);
  await closed(port);
  await output('start', id);
  expect(await ask(port)).toBe(`hello from ${id.slice(0, 12)}\n`);
  await output('rm', '--force', id);
  await closed(port);
});

test('64 MB go in and come out unchanged', async () => {
  const port = await freePort();
  await serve(`${port}:80`, 'cat > /tmp/$$; cat /tmp/$$');
  await vi.waitFor(
    async () => {
      const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
      socket.end('ready');
      expect(await text(socket)).toBe('ready');
    },
    { timeout: 30_000, interval: 100 },
  );
  const sent = randomBytes(64 * 1024 * 1024);
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
  socket.end(sent);
  const received = await buffer(socket);
  const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
  expect(received.length).toBe(sent.length);
  expect(digest(received)).toBe(digest(sent));
});

test('connections bypass sshd, but still come from the bridge', async () => {
  const port = await freePort();
  const id = await serve(`127.0.0.1:${port}:80`, 'netstat -tn; read line');
  const connection = await vi.waitFor(
    async () => {
      const socket = connect({ host: '127.0.0.1', port });
      const said = String(await Promise.race([once(socket, 'data'), once(socket, 'end')]));
      if (said === '') throw new Error('the service does not listen yet');
      return { socket, said };
    },
    { timeout: 30_000, interval: 100 },
  );
  const network = '{{with .NetworkSettings.Networks.bridge}}{{.Gateway}} {{.IPAddress}}{{end}}';
  const addresses = await output('inspect', '--format', network, id);
  const [gateway, address] = addresses.split(' ');
  expect(connection.said).toContain(`${gateway}:`);
  // A connection of sshd would be in this list.
  expect(await guest('netstat -tn')).not.toContain(`${address}:80`);
  connection.socket.destroy();
});

test('datagrams pass in both directions', async () => {
  const port = await freePort();
  const id = await output('run', '-d', '-p', `${port}:53/udp`, 'busybox', 'sleep', '1000');
  const pid = await output('inspect', '--format', '{{.State.Pid}}', id);
  // busybox doesn't have a service for UDP, so the VM's own Node serves in the container's network.
  const service = `
    const socket = require("dgram").createSocket("udp4").bind(53);
    socket.once("message", (text, { port, address }) =>
      socket.send("heard " + text, port, address, () => process.exit()));`;
  const program = `/usr/lib/berth/node -e '${service}'`;
  const served = guest(`nsenter -t ${pid} -n ${program}`);
  const client = createSocket('udp4').bind(0, '127.0.0.1');
  const heard = once(client, 'message');
  // Datagrams are lost until the service listens.
  const timer = setInterval(() => client.send('hello', port, '127.0.0.1'), 100);
  try {
    const [message] = await Promise.race([heard, served.then(() => heard)]);
    expect(String(message)).toBe('heard hello');
    await served;
  } finally {
    clearInterval(timer);
    client.close();
  }
});

test('a start fails with Docker Desktop’s message if another program uses the port', async () => {
  const port = await freePort();
  const program = `require('net').createServer().listen(${port}, () => console.log())`;
  const other = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const docker = await DockerClient.open(host.machine.engineSocket, inject('home'));
  const words = ['-p', `${port}:80`, 'busybox', 'nc', '-ll', '-p', '80', '-e', 'echo', 'hello'];
  try {
    await once(other.stdout, 'data');
    const { exitCode, stderr } = await docker.run(['run', '-d', '--name', 'late', ...words]);
    expect(exitCode).toBe(125);
    expect(stderr).toContain(
      `ports are not available: exposing port TCP 0.0.0.0:${port} -> 127.0.0.1:0: ` +
        `listen tcp4 0.0.0.0:${port}: bind: address already in use: `,
    );
    expect(stderr).toContain(`(pid ${other.pid}) already uses it`);
    expect((await berth(['start', 'late'])).stderr).toContain('address already in use');
  } finally {
    other.kill();
  }
  await once(other, 'exit');
  await docker.output('start', 'late');
  expect(await ask(port)).toBe('hello\n');
  // A restart doesn't conflict with the container's own port.
  await docker.output('restart', '--time', '0', 'late');
  expect(await ask(port)).toBe('hello\n');
});
