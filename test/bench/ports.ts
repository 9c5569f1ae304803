import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { machinePaths } from '../../electron/host/home/paths.ts';
import { callSupervisor } from '../../electron/host/machine/call.ts';
import { freePort } from '../../electron/host/ports/free-port.ts';
import { listenTcp } from '../../electron/host/ports/tcp-listener.ts';
import { openTcp } from '../../electron/host/supervisor/bridge/channels.ts';
import { openBridge } from '../../electron/host/supervisor/bridge/connection.ts';
import { ensureKeys } from '../../electron/host/supervisor/bridge/keys.ts';
import { berth } from './berth.ts';
import { type Figure, median } from './figure.ts';
import type { BenchMachine } from './machine.ts';
import { forwardByQemu } from './second-monitor.ts';

/** MB to send in each direction. Less than 1000 is only for trying the benchmark. */
const SIZE = Math.min(1000, Number(process.env.BERTH_BENCH_PORTS_MB ?? 1000));
const ROUNDS = 200;

/**
 * Ports of one service. It receives everything and answers with the number of bytes, sends the data
 * back, or echoes.
 */
type Ports = readonly [take: number, give: number, echo: number];

interface Result {
  readonly inward: number;
  readonly outward: number;
  readonly latency: number;
}

/**
 * Compares a published port, the same service through an SSH channel, and QEMU's own forwarding to
 * a service on the VM's network. Keeps received data in memory, and compares its digest after the
 * time is taken.
 */
export async function benchPorts(machine: BenchMachine): Promise<Figure[]> {
  const home = await machine.home();
  const published: Ports = [await freePort(), await freePort(), await freePort()];
  const flags = published.flatMap((port, index) => ['-p', `127.0.0.1:${port}:${80 + index}`]);
  const container = await serve(machine, flags, [80, 81, 82]);
  const berthFigures = await measure(machine, container, published);
  const inspect = ['inspect', '--format', '{{.NetworkSettings.Networks.bridge.IPAddress}}'];
  const tunnels = await tunnel(home, await berth(machine, ...inspect, container), [80, 81, 82]);
  const ssh = await measure(machine, container, tunnels.ports);
  await tunnels.close();
  await berth(machine, 'rm', '--force', container);

  const own: Ports = [await freePort(), await freePort(), await freePort()];
  const peer = await serve(machine, ['--network', 'host'], own);
  await forwardByQemu(home, own);
  const qemu = await measure(machine, peer, own);
  await berth(machine, 'rm', '--force', peer);

  const against = (name: string, key: keyof Result, unit: string): Figure[] => [
    { name, value: berthFigures[key], unit, peer: { name: 'QEMU', value: qemu[key] } },
    { name: `${name}, by SSH`, value: ssh[key], unit, peer: { name: 'QEMU', value: qemu[key] } },
  ];
  return [
    ...against(`${SIZE} MB into a published port`, 'inward', 'MB/s'),
    ...against(`${SIZE} MB out of it`, 'outward', 'MB/s'),
    ...against('a byte and its echo, median', 'latency', 'ms'),
  ];
}

function serve(machine: BenchMachine, flags: string[], [take, give, echo]: Ports): Promise<string> {
  // `nc -e` hands the connection to the program, which then sees the end of the data.
  const script = `
    nc -ll -p ${take} -e sh -c 'cat >/data/x; wc -c </data/x' &
    nc -ll -p ${give} -e cat /data/x &
    nc -ll -p ${echo} -e cat`;
  const data = ['--tmpfs', `/data:size=${SIZE + 50}m`];
  return berth(machine, 'run', '-d', ...flags, ...data, 'busybox', 'sh', '-c', script);
}

/** The same ports through channels of an SSH connection, as with hypervisors other than QEMU. */
async function tunnel(home: string, host: string, targets: Ports) {
  const paths = machinePaths(home, 'default');
  const ending = new AbortController();
  for await (const reply of callSupervisor(paths.controlSocket, { call: 'address' })) {
    if (reply.reply !== 'address') continue;
    const keys = await ensureKeys(paths);
    const bridge = await openBridge({ host: reply.host, port: reply.port, keys }, ending.signal);
    const ports: Ports = [await freePort(), await freePort(), await freePort()];
    const listeners = await Promise.all(
      ports.map((port, index) =>
        listenTcp({ address: '127.0.0.1', port }, () => openTcp(bridge, host, targets[index] ?? 0)),
      ),
    );
    const close = async () => {
      await Promise.all(listeners.map((listener) => listener.close()));
      ending.abort();
    };
    return { ports, close };
  }
  throw new Error('the VM is not running');
}

async function measure(
  machine: BenchMachine,
  container: string,
  [take, give, echo]: Ports,
): Promise<Result> {
  await ready(echo);
  const block = randomBytes(1_000_000);
  const sent = createHash('sha256');
  for (let count = 0; count < SIZE; count += 1) sent.update(block);
  const digest = sent.digest('hex');

  const inward = await megabytesPerSecond(async () => {
    const socket = await dial(take);
    const said = read(socket);
    for (let count = 0; count < SIZE; count += 1) {
      if (!socket.write(block)) await once(socket, 'drain');
    }
    socket.end();
    same('what the container took', (await said).trim(), String(SIZE * 1_000_000));
  });
  const inContainer = await berth(machine, 'exec', container, 'sha256sum', '/data/x');
  same('the digest in the container', inContainer.split(' ')[0], digest);

  const received = createHash('sha256');
  const outward = await megabytesPerSecond(async () => pipeline(await dial(give), received));
  same('the digest of what came back', received.digest('hex'), digest);

  const socket = await dial(echo);
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const begin = performance.now();
    socket.write('x');
    await once(socket, 'data');
    times.push(performance.now() - begin);
  }
  socket.destroy();
  return { inward, outward, latency: median(times) };
}

async function megabytesPerSecond(transfer: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await transfer();
  return (SIZE * 1000) / (performance.now() - begin);
}

function same(what: string, actual: string | undefined, expected: string): void {
  if (actual !== expected) throw new Error(`${what}: ${actual}, not ${expected}`);
}

async function dial(port: number): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true, allowHalfOpen: true });
  await once(socket, 'connect');
  return socket;
}

async function read(socket: Socket): Promise<string> {
  let text = '';
  for await (const chunk of socket) text += chunk;
  return text;
}

/** The service starts to listen shortly after its container runs. It is ready when it echoes. */
async function ready(echo: number): Promise<void> {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await sleep(100)) {
    const socket = await dial(echo);
    socket.end('ready');
    if ((await read(socket).catch(() => '')) === 'ready') return;
  }
  throw new Error('the service does not answer');
}
