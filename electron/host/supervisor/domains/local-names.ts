import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { containerDomains } from '../../../../guest-agent/contract/host-names.ts';
import { loggerOf } from '../../base/log.ts';

const log = loggerOf('names');

/** Publishes names in `berth.local` that resolve to the host's loopback address. */
export interface LocalNames {
  /** The names that resolve now. */
  readonly published: ReadonlySet<string>;
  /** Publishes exactly these names. Retries names that couldn't be published. */
  publish(names: readonly string[]): void;
  /** Withdraws all names. */
  close(): Promise<void>;
}

/** The command that publishes a name while it runs. */
export type PublishingCommand = (name: string) => readonly [string, ...string[]];

const LOOPBACK = '127.0.0.1';

/** The system's way to publish names without administrator rights, if any. */
export const publishingCommands: Readonly<Partial<Record<NodeJS.Platform, PublishingCommand>>> = {
  // The command publishes a service with the name; `-lo` keeps both on this host.
  darwin: (name) => {
    const host = `${name}.${containerDomains.local}`;
    return ['dns-sd', '-lo', '-P', name, '_berth._tcp', 'local', '80', host, LOOPBACK];
  },
  // Avahi also publishes the name on the local network.
  linux: (name) => {
    return ['avahi-publish', '-a', '-R', `${name}.${containerDomains.local}`, LOOPBACK];
  },
};

/**
 * Their output when a name is published: Avahi's `Established under name`, Apple's `now registered
 * and active`.
 */
const SUCCESS = /Established under|registered and active/;

/**
 * Runs a command until its standard input ends, which happens when this process exits for any
 * reason. Neither command notices that itself.
 */
const untilInputEnds = `exec 3<&0
"$@" </dev/null & child=$!
{ read -r _ <&3; kill $child 2>/dev/null; } >/dev/null 2>&1 &
exec 3<&-
wait $child`;

/** `onChange` is called when a name starts or stops resolving. */
export function createLocalNames(command: PublishingCommand, onChange: () => void): LocalNames {
  const running = new Map<string, ChildProcess>();
  const published = new Set<string>();

  const start = (name: string) => {
    const words = ['-c', untilInputEnds, 'sh', ...command(name)];
    const child = spawn('/bin/sh', words, { stdio: ['pipe', 'pipe', 'pipe'] });
    running.set(name, child);
    const look = (chunk: Buffer) => {
      if (running.get(name) !== child || published.has(name) || !SUCCESS.test(String(chunk)))
        return;
      published.add(name);
      onChange();
    };
    child.stdout.on('data', look);
    child.stderr.on('data', look);
    child.stdin.on('error', () => {});
    child.on('error', () => {});
    child.once('exit', () => {
      child.stdin.end();
      if (running.get(name) !== child) return;
      running.delete(name);
      if (published.delete(name)) onChange();
    });
  };
  const stop = async (name: string) => {
    const child = running.get(name);
    running.delete(name);
    published.delete(name);
    if (!child) return;
    const closed = once(child, 'close');
    child.stdin?.end();
    await closed;
  };

  return {
    published,
    publish(names) {
      for (const name of running.keys()) {
        if (names.includes(name)) continue;
        stop(name).catch((error) => log.warn(`Withdrawing the name ${name}`, error));
      }
      for (const name of names) if (!running.has(name)) start(name);
    },
    close: async () => {
      await Promise.all([...running.keys()].map(stop));
    },
  };
}
