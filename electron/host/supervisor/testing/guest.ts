import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { createServer } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { guestConfigSchema } from '../../../../guest-agent/contract/config.ts';
import { looksOnHeader } from '../../../../guest-agent/contract/endpoints/activity.ts';
import { guestPaths } from '../../../../guest-agent/contract/paths.ts';
import { milestones } from '../boot/boot-steps.ts';
import { startTestSshServer } from '../bridge/testing/ssh-server.ts';

/** The fault: the boot stops in this step, or the VM ignores commands. */
export const faultSchema = z.enum([
  ...['none', 'launch', 'kernel', 'ssh', 'engine', 'resize', 'power-off', 'save'],
] as const);
export type Fault = z.infer<typeof faultSchema>;

export const guestOptionsSchema = z.object({
  configDisk: z.string(),
  console: z.string(),
  engine: z.string(),
  clock: z.string(),
  fault: faultSchema,
});

export interface GuestOptions extends z.infer<typeof guestOptionsSchema> {
  /** Powers the guest off. */
  readonly end: () => void;
  /** What its engine's log says, if anything. */
  readonly engineLog?: string;
}

/** A guest whose SSH server listens, and that has yet to boot. */
export interface Guest {
  readonly sshPort: number;
  /** Writes to the console, and starts an engine that answers /_ping. */
  boot(): Promise<void>;
}

/**
 * A guest in this process, without a VM: it boots from the config disk, writes a console, runs an SSH
 * server and an engine, so that everything above the hypervisor is exercised for real.
 */
export async function startGuest(options: GuestOptions): Promise<Guest> {
  const passes = (step: Fault) => options.fault !== step;
  const say = (line: string) => appendFileSync(options.console, `${line}\r\n`);
  const config = guestConfigSchema.parse(
    JSON.parse(readFileSync(options.configDisk, 'utf8').replaceAll('\0', '')),
  );

  const engine = createHttpServer(answer);
  /** Requests of clients that don't only monitor. */
  let begun = 0;
  const sockets: Readonly<Record<string, string>> = {
    [guestPaths.engineSocket]: options.engine,
    [guestPaths.clock]: options.clock,
  };
  const ssh = await startTestSshServer({
    authorizedKey: config.ssh.authorizedKeys[0] ?? '',
    hostKey: config.ssh.hostKey,
    socket: (path) => sockets[path] ?? path,
    exec(command) {
      // The host's wait for the engine's socket, which polls.
      if (command.startsWith('until ')) return 0;
      if (command === 'cat /proc/meminfo') return 'MemTotal: 9000000 kB\nMemAvailable: 524288 kB\n';
      if (command.endsWith(guestPaths.agentLog) && options.engineLog) return options.engineLog;
      if (command.startsWith(guestPaths.resize)) return passes('resize') ? 0 : 1;
      if (command !== guestPaths.powerOff) return 127;
      if (!passes('power-off')) return 0;
      // The engine goes some time before the machine does: longer than a caller waits to try again.
      engine.closeAllConnections();
      engine.close();
      setTimeout(options.end, 300);
      return 0;
    },
  });
  if (!passes('ssh')) await ssh.close();

  // The VM's clock is the host's.
  createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', () => socket.write(`${JSON.stringify({ now: Date.now() })}\n`));
  }).listen(options.clock);

  /**
   * An engine without events; its containers, and what it says of its activity, are in files beside
   * the console, if there are any.
   */
  function answer({ url = '', headers }: IncomingMessage, response: ServerResponse): void {
    if (!(looksOnHeader in headers || /\/(activity|usage)$/.test(url))) begun += 1;
    if (url.endsWith('/sleep') || url.endsWith('/wake')) answerSleep(url, response);
    // It hangs for as long as that file is there.
    else if (stored('hung', '')) return;
    else if (url.includes('/events')) response.writeHead(200).flushHeaders();
    else if (url.includes('/containers/json')) response.end(stored('containers.json', '[]'));
    else if (url.endsWith('/networks')) response.end('[]');
    else if (url.endsWith('/activity')) response.end(JSON.stringify(activity()));
    else if (url.endsWith('/usage')) tellUsage(response);
    else response.end(`OK ${url}`);
  }

  /** Reports the call on the console; `refusal.json`, if it exists, is the reason for refusing to sleep. */
  function answerSleep(url: string, response: ServerResponse): void {
    const refusal = url.endsWith('/sleep') && stored('refusal.json', '');
    if (refusal) {
      response.writeHead(409, { 'content-type': 'application/json' }).end(refusal);
      return;
    }
    say(`engine: ${basename(url)}`);
    response.writeHead(204).end();
  }

  const activity = () => ({
    ...{ Requests: 0, RequestsBegun: begun, Connections: 1 },
    ...JSON.parse(stored('activity.json', '{}')),
  });

  /** Much more often than in reality. */
  function tellUsage(response: ServerResponse): void {
    const usage = { Cpu: 0.5, Memory: 1, MemoryTotal: 2, Disk: 3, DiskTotal: 4 };
    const timer = setInterval(() => response.write(`${JSON.stringify(usage)}\n`), 50);
    response.on('close', () => clearInterval(timer));
  }

  function stored(name: string, otherwise: string): string {
    const file = join(dirname(options.console), name);
    return existsSync(file) ? readFileSync(file, 'utf8') : otherwise;
  }

  return {
    sshPort: ssh.port,
    async boot() {
      say('[    0.000000] Linux version of a fake guest');
      await sleep(20);
      if (passes('kernel')) {
        say(milestones.init);
        say(milestones.sshd);
        say(`${milestones.network} as ${config.hostname}`);
      }
      // After a reset, the process still listens.
      if (passes('engine') && !engine.listening) engine.listen(options.engine);
    },
  };
}
