import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { createServer, type Socket } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { guestConfigSchema } from '../../../../guest-agent/contract/config.ts';
import { guestPaths } from '../../../../guest-agent/contract/paths.ts';
import { startTestSshServer } from '../../bridge/testing/ssh-server.ts';
import { milestones } from '../boot-steps.ts';

/*
 * The process of a fake machine: hypervisor and guest in one, without a VM. It boots from the
 * config disk, writes a console, runs an SSH server and an engine that answers /_ping, and obeys
 * a monitor socket, so that everything above the driver is exercised for real.
 */

/** What goes wrong: the boot stops in this step, or the guest does not do what it is told. */
export const faultSchema = z.enum([
  ...['none', 'launch', 'kernel', 'ssh', 'engine', 'resize', 'power-off', 'save'],
] as const);
export type Fault = z.infer<typeof faultSchema>;

export const fakeGuestSchema = z.object({
  pidFile: z.string(),
  configDisk: z.string(),
  console: z.string(),
  monitor: z.string(),
  engine: z.string(),
  clock: z.string(),
  fault: faultSchema,
});

const options = fakeGuestSchema.parse(JSON.parse(process.argv[2] ?? ''));
const passes = (step: Fault) => options.fault !== step;
const say = (line: string) => appendFileSync(options.console, `${line}\r\n`);

const config = guestConfigSchema.parse(
  JSON.parse(readFileSync(options.configDisk, 'utf8').replaceAll('\0', '')),
);
if (!passes('launch')) throw new Error('the fake hypervisor was told to fail');

const monitors = new Set<Socket>();
function end(): void {
  for (const monitor of monitors) monitor.end('orderly\n');
  setImmediate(() => process.exit(0));
}

const engine = createHttpServer(answer);
const quiet = '{"Requests":0,"Connections":1}';
const sockets: Readonly<Record<string, string>> = {
  [guestPaths.engineSocket]: options.engine,
  [guestPaths.clock]: options.clock,
};
const ssh = await startTestSshServer({
  authorizedKey: config.ssh.authorizedKeys[0] ?? '',
  hostKey: config.ssh.hostKey,
  socket: (path) => sockets[path] ?? path,
  exec(command) {
    // The host's wait for the engine's socket: it finds out by itself.
    if (command.startsWith('until ')) return 0;
    if (command === 'cat /proc/meminfo') return 'MemTotal: 9000000 kB\nMemAvailable: 524288 kB\n';
    if (command.startsWith(guestPaths.resize)) return passes('resize') ? 0 : 1;
    if (command !== guestPaths.powerOff) return 127;
    if (!passes('power-off')) return 0;
    // The engine goes some time before the machine does: longer than a caller waits to try again.
    engine.closeAllConnections();
    engine.close();
    setTimeout(end, 300);
    return 0;
  },
});
if (!passes('ssh')) await ssh.close();

// Its clock is this computer's.
createServer((socket) => {
  socket.on('error', () => {});
  socket.on('data', () => socket.write(`${JSON.stringify({ now: Date.now() })}\n`));
}).listen(options.clock);

const monitor = createServer((socket) => {
  monitors.add(socket);
  socket.on('error', () => {});
  socket.write(`${JSON.stringify({ port: ssh.port })}\n`);
  socket.once('data', end);
});
await new Promise<void>((resolve) => monitor.listen(options.monitor, resolve));
writeFileSync(options.pidFile, String(process.pid));
process.send?.('ready', () => process.disconnect?.());

say('[    0.000000] Linux version of a fake guest');
await sleep(20);
if (passes('kernel')) {
  say(milestones.init);
  say(milestones.sshd);
  say(`${milestones.network} as ${config.hostname}`);
}

if (passes('engine')) engine.listen(options.engine);

/**
 * An engine without events; its containers, and what it says of its activity, are in files beside
 * the console, if there are any.
 */
function answer({ url = '' }: IncomingMessage, response: ServerResponse): void {
  if (url.endsWith('/sleep') || url.endsWith('/wake')) answerSleep(url, response);
  // It hangs for as long as that file is there.
  else if (stored('hung', '')) return;
  else if (url.includes('/events')) response.writeHead(200).flushHeaders();
  else if (url.includes('/containers/json')) response.end(stored('containers.json', '[]'));
  else if (url.endsWith('/networks')) response.end('[]');
  else if (url.endsWith('/activity')) response.end(stored('activity.json', quiet));
  else response.end(`OK ${url}`);
}

/** Says on the console that it was told; `refusal.json`, if there is one, is why it does not sleep. */
function answerSleep(url: string, response: ServerResponse): void {
  const refusal = url.endsWith('/sleep') && stored('refusal.json', '');
  if (refusal) {
    response.writeHead(409, { 'content-type': 'application/json' }).end(refusal);
    return;
  }
  say(`engine: ${basename(url)}`);
  response.writeHead(204).end();
}

function stored(name: string, otherwise: string): string {
  const file = join(dirname(options.console), name);
  return existsSync(file) ? readFileSync(file, 'utf8') : otherwise;
}
