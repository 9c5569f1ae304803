import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { testSocket } from '../../../../../guest-agent/testing/test-socket.ts';
import { startGuest } from '../../testing/guest.ts';

/*
 * A program that is called and speaks as QEMU does, and has a guest without a VM. What it does with
 * each accelerator is its first argument. See `prepare-stand-in.ts`.
 */

/** With which accelerator it does what. */
export const behavioursSchema = z.partialRecord(
  z.enum(['kvm', 'tcg']),
  z.object({
    does: z.enum([
      ...[
        'boots',
        'stops',
        'stops late',
        'stops running',
        'says nothing',
        'panics',
        'exits',
        'engine crashes',
        'resets',
        'ends while it loads',
        'ends once resumed',
        'stops once resumed',
      ],
    ] as const),
    /** After how long from when it is spoken to, in milliseconds; at once otherwise. */
    after: z.number().optional(),
    /** What it writes to its log then. */
    says: z.string().optional(),
  }),
);

const [given = '{}', ...args] = process.argv.slice(2);
const value = (option: string) => args[args.indexOf(option) + 1] ?? '';
const part = (option: string, pattern: RegExp) => pattern.exec(value(option))?.[1] ?? '';

const accelerator = part('-accel', /^(\w+)/);
const behaviours = behavioursSchema.parse(JSON.parse(given));
const { does, after, says } = (accelerator === 'kvm' ? behaviours.kvm : behaviours.tcg) ?? {
  does: 'boots',
};
const monitorSocket = part('-qmp', /^unix:([^,]+)/);
const console = part('-chardev', /path=([^,]+)/);
const configDisk = args
  .filter((each) => each.startsWith('{') && each.includes('"config"'))
  .map((each) => z.object({ file: z.object({ filename: z.string() }) }).parse(JSON.parse(each)))
  .map(({ file }) => file.filename)[0];
if (configDisk === undefined) throw new Error('a stand-in for QEMU needs a config disk');

/** It is to load a guest that was saved. */
const isIncoming = args.includes('-incoming');
let status = isIncoming ? 'inmigrate' : 'running';
const spokenTo = Promise.withResolvers<void>();
const clients = new Set<Socket>();
const tell = (event: string, data: object = {}) => {
  for (const client of clients) {
    client.write(`${JSON.stringify({ event, data, timestamp: {} })}\r\n`);
  }
};
const shutDown = (guest: boolean, reason: string) => {
  tell('SHUTDOWN', { guest, reason });
  for (const client of clients) client.end();
  setTimeout(() => process.exit(0), 20);
};

/** Its engine does not answer. */
const neverUp = does === 'engine crashes' || does === 'stops late';
const engineLog = "Error: Cannot find module './engine'\nNode.js v24.0.0\n";
const guest = await startGuest({
  ...{ configDisk, console, fault: neverUp ? 'engine' : 'none' },
  ...(does === 'engine crashes' && { engineLog }),
  engine: socketBeside('guest'),
  clock: socketBeside('clock'),
  end: () => shutDown(true, 'guest-shutdown'),
});

const usernet = `TCP[HOST_FORWARD]  8  127.0.0.1 ${guest.sshPort}  10.0.2.15  22  0  0\r\n`;
const answers: Readonly<Record<string, () => unknown>> = {
  qmp_capabilities() {
    spokenTo.resolve();
    return {};
  },
  'query-status': () => ({ status, running: status === 'running', singlestep: false }),
  'human-monitor-command': () => `VLAN\r\n${usernet}`,
  'migrate-incoming': () => ({}),
  'query-migrate'() {
    if (does === 'ends while it loads') {
      setImmediate(misbehave);
      return { status: 'active' };
    }
    status = 'paused';
    return { status: 'completed' };
  },
  cont() {
    if (does === 'ends once resumed') misbehave();
    status = 'running';
    if (does === 'stops once resumed') setTimeout(misbehave, after);
    return {};
  },
  quit: () => {
    setImmediate(() => shutDown(false, 'host-qmp-quit'));
    return {};
  },
};
rmSync(monitorSocket, { force: true });
const monitor = createServer((socket) => {
  socket.on('error', () => {});
  clients.add(socket);
  socket.write('{"QMP": {"version": {}, "capabilities": []}}\r\n');
  createInterface({ input: socket }).on('line', (line) => {
    const { execute, id } = z
      .object({ execute: z.string(), id: z.number() })
      .parse(JSON.parse(line));
    const answer = answers[execute];
    const reply = answer
      ? { return: answer() }
      : { error: { class: 'CommandNotFound', desc: `The command ${execute} has not been found` } };
    socket.write(`${JSON.stringify({ ...reply, id })}\r\n`);
  });
});
if (does === 'exits' && after === undefined) misbehave();
await new Promise<void>((resolve) => monitor.listen(monitorSocket, resolve));
// On Windows, the program that the driver started is the parent.
const ownPid = process.platform === 'win32' ? process.ppid : process.pid;
writeFileSync(value('-pidfile'), String(ownPid));

/** Linux boots. What goes wrong with a guest that was saved does not with another. */
const isOfSaved = does === 'ends while it loads' || does.endsWith('once resumed');
const comesUp =
  isOfSaved || ['boots', 'engine crashes', 'stops late', 'stops running'].includes(does);
if (comesUp && !isIncoming) await guest.boot();
// As the guest's init does.
if (does === 'engine crashes') appendFileSync(console, 'berth: agent\r\n'.repeat(4));
if (!isOfSaved && does !== 'boots' && does !== 'says nothing') {
  if (after !== undefined) await spokenTo.promise.then(() => sleep(after));
  misbehave();
}

/** What goes wrong. */
function misbehave(): void {
  if (says) process.stderr.write(`${says}\n`);
  if (does === 'exits' || does.startsWith('ends ')) process.exit(1);
  if (does === 'resets') shutDown(true, 'guest-reset');
  if (does === 'panics') {
    appendFileSync(console, 'Kernel panic - not syncing: VFS: Unable to mount root fs\r\n');
    shutDown(true, 'guest-reset');
  }
  if (does.startsWith('stops')) {
    status = 'internal-error';
    tell('STOP');
  }
}

function socketBeside(name: string): string {
  const path = testSocket(dirname(console), name);
  rmSync(path, { force: true });
  return path;
}
