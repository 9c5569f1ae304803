import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { containerDomains } from '../../../../guest-agent/contract/host-names.ts';
import { loggerOf } from '../../base/log.ts';

const log = loggerOf('names');

/** Publishes names below `berth.local` as this computer's loopback address. */
export interface LocalNames {
  /** Those that are found by now. */
  readonly published: ReadonlySet<string>;
  /** From now on these. One that could not be published is tried again. */
  publish(names: readonly string[]): void;
  /** Takes them all back. */
  close(): Promise<void>;
}

/** The command that publishes a name for as long as it runs. */
export type PublishingCommand = (name: string) => readonly [string, ...string[]];

const LOOPBACK = '127.0.0.1';

/** The system's own way to publish names without an administrator, where there is one. */
export const publishingCommands: Readonly<Partial<Record<NodeJS.Platform, PublishingCommand>>> = {
  // It publishes a service along with the name; `-lo` keeps both on this computer.
  darwin: (name) => {
    const host = `${name}.${containerDomains.local}`;
    return ['dns-sd', '-lo', '-P', name, '_berth._tcp', 'local', '80', host, LOOPBACK];
  },
  // Avahi tells the local network too.
  linux: (name) => {
    return ['avahi-publish', '-a', '-R', `${name}.${containerDomains.local}`, LOOPBACK];
  },
};

/** What they print once a name is found: Avahi's `Established under name`, Apple's `now registered and active`. */
const SUCCESS = /Established under|registered and active/;

/**
 * Runs a command until its own input ends: with this process, in whatever way that goes. Neither
 * command would notice.
 */
const untilInputEnds = `exec 3<&0
"$@" </dev/null & child=$!
{ read -r _ <&3; kill $child 2>/dev/null; } >/dev/null 2>&1 &
exec 3<&-
wait $child`;

/** `onChange` is called each time that a name is found, or no longer. */
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
        stop(name).catch((error) => log.warn(`Taking back the name ${name}`, error));
      }
      for (const name of names) if (!running.has(name)) start(name);
    },
    close: async () => {
      await Promise.all([...running.keys()].map(stop));
    },
  };
}
