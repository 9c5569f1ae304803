import { once } from 'node:events';
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { startGuest } from '../../testing/guest.ts';
import { type ParsedOptions, parseOptions } from './option-grammar.ts';

/*
 * A program that is called and answers as vfkit does, and has a guest without a VM. Its behaviour is its
 * first argument. See `prepare-stand-in.ts`.
 */

export const behaviourSchema = z.object({
  does: z
    .enum(['boots', 'says nothing', 'resets', 'lacks the entitlement', 'fails', 'never runs'])
    .default('boots'),
  /** The host's DHCP leases, to which a guest that boots is added. */
  leases: z.string(),
  /** The file that receives the port of the guest's SSH server. */
  sshPort: z.string(),
});

const [given = '{}', ...args] = process.argv.slice(2);
const { does, leases, sshPort } = behaviourSchema.parse(JSON.parse(given));

const say = (level: string, message: string) =>
  process.stderr.write(
    `time="2026-11-29T06:00:00Z" level=${level} msg=${JSON.stringify(message)}\n`,
  );

/** As cobra does: the message, the usage, and the message again. */
function fail(message: string): never {
  const usage =
    'Usage:\n  vfkit [flags]\n\nFlags:\n  -b, --bootloader stringSlice   bootloader configuration';
  process.stderr.write(
    `Error: ${message}\n${usage}\n      --pidfile string   path\n\n${message}\n`,
  );
  process.exit(1);
}

function parsed(): ParsedOptions {
  try {
    return parseOptions(args, (path) => writeFileSync(path, String(process.pid), { mode: 0o600 }));
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error));
  }
}

const options = parsed();
const { cpus, memoryMiB, disks, mac, socket } = options;
say('info', 'virtual machine parameters:');
if (does === 'lacks the entitlement') {
  fail(
    'Error Domain=VZErrorDomain Code=2 Description="Invalid virtual machine configuration. The process doesn’t have the “com.apple.security.virtualization” entitlement." UserInfo={}',
  );
}
// Apple's framework overwrites the file of a serial port.
writeFileSync(options.console, '');

const prefix = 'VirtualMachineState';
let state = 'Starting';
const stopped = () => {
  state = 'Stopped';
  say('info', 'VM is stopped');
  rmSync(socket, { force: true });
  process.exit(0);
};

const beside = (name: string) => {
  const path = join(dirname(options.console), name);
  rmSync(path, { force: true });
  return path;
};
// The third disk: see `guestDisks`.
const guest = await startGuest({
  ...{ configDisk: disks[2]?.path ?? '', console: options.console, fault: 'none' },
  ...{ engine: beside('guest.sock'), clock: beside('clock.sock'), end: stopped },
});
writeFileSync(sshPort, String(guest.sshPort));

const changes: Readonly<Record<string, () => void>> = {
  Pause: () => transition('Running', 'Paused'),
  Resume: () => transition('Paused', 'Running'),
  Stop: () => transition('Running', 'Running'),
  HardStop: () => setTimeout(stopped, 20),
};
function transition(from: string, to: string): void {
  if (state !== from) throw new Error('Transition from state “%@” to state “%@” is invalid.');
  state = to;
}

const server = createServer((request, response) => {
  const answer = (status: number, body?: object) => {
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
    response.end(body && JSON.stringify(body));
  };
  const { method, url } = request;
  if (method === 'GET' && url === '/vm/state') {
    answer(200, { state: `${prefix}${state}`, canStart: false, canStop: true, canHardStop: true });
  } else if (method === 'GET' && url === '/vm/inspect') {
    answer(200, { vcpus: cpus, memoryBytes: memoryMiB * 1024 ** 2, devices: [] });
  } else if (method === 'POST' && url === '/vm/state') {
    let text = '';
    request.on('data', (part) => {
      text += part;
    });
    request.on('end', () => {
      const wanted: string = JSON.parse(text).state;
      const change = changes[wanted];
      try {
        if (!change) throw new Error(`invalid new VMState: ${wanted}`);
        change();
        answer(202);
      } catch (error) {
        const words = error instanceof Error ? error.message : String(error);
        say('error', `failed action ${wanted}: "${words}"`);
        answer(500, { error: words });
      }
    });
  } else answer(404);
});
server.on('error', (error) => {
  say('fatal', error.message);
  process.exit(1);
});
await new Promise<void>((resolve) => server.listen(socket, resolve));
if (does === 'never runs') await new Promise(() => {});
await sleep(30);
if (does === 'fails') fail('hypervisor virtualization error');
state = 'Running';
say('info', 'virtual machine is running');

// bootpd puts new leases first, and drops leading zeros.
const card = mac.replace(/\b0(?=[0-9a-f])/g, '');
const others = existsSync(leases) ? readFileSync(leases, 'utf8') : '';
const lease = `{\n\tname=berth\n\tip_address=127.0.0.1\n\thw_address=1,${card}\n\tidentifier=1,${card}\n\tlease=0x66e1d1c5\n}\n`;
writeFileSync(leases, lease + others);
const reset = does === 'resets' ? once(process, 'SIGUSR2') : undefined;
if (does !== 'says nothing') await guest.boot();
if (reset) {
  await reset;
  appendFileSync(options.console, 'Kernel panic - not syncing: Attempted to kill init!\r\n');
  await guest.boot();
}
