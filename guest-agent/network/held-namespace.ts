import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { awaitedElsewhere, EngineError, ifMissing } from '../errors.ts';
import { settlesWithin } from '../runtime/deadline.ts';
import { setOomScoreAdj } from '../runtime/process/oom-score.ts';
import { startPiped } from '../runtime/process/program.ts';

/** Milliseconds for a shell to start and to exit on a busy host. */
const DEADLINE = 30_000;

/** A network namespace that ends with the agent in any case, since no file keeps it alive. */
export interface HeldNamespace {
  /** Where other programs find the namespace. */
  readonly path: string;
  /** Whether no socket is left in the namespace, not even one that waits after its connection. */
  isUnused(): Promise<boolean>;
  /** Idempotent. */
  close(): Promise<void>;
}

/**
 * Creates a network namespace that exists until it is closed. A program in the namespace ends when
 * the agent does, even if the agent is killed.
 */
export async function holdNetworkNamespace(): Promise<HeldNamespace> {
  const script = 'ip link set lo up && echo ready && exec cat';
  const child = await startPiped('unshare', ['--net', 'sh', '-ec', script]);
  setOomScoreAdj(child.pid, 0);
  const exited = once(child, 'close');
  exited.catch(awaitedElsewhere);
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  child.stdin.on('error', () => {});
  const ready = once(child.stdout, 'data').then(() => true);
  ready.catch(awaitedElsewhere);
  const isReady = Promise.race([ready, exited.then(() => false)]);
  if (!(await settlesWithin(isReady, DEADLINE))) {
    child.kill('SIGKILL');
    throw new EngineError(
      'internal',
      `can't create a network namespace: unshare did not exit within ${DEADLINE / 1000} s and was stopped`,
    );
  }
  if (!(await isReady)) {
    throw new EngineError('internal', `can't create a network namespace: ${said.trim()}`);
  }
  return hold(child, exited);
}

/** The open file, unlike the process's number, can't come to mean another namespace. */
async function hold(child: ChildProcess, exited: Promise<unknown>): Promise<HeldNamespace> {
  const end = async () => {
    child.stdin?.end();
    if (!(await settlesWithin(exited, DEADLINE))) child.kill('SIGKILL');
  };
  const file = await open(`/proc/${child.pid}/ns/net`, 'r').catch(async (error) => {
    await end();
    throw error;
  });
  let closing: Promise<void> | undefined;
  return {
    path: `/proc/${process.pid}/fd/${file.fd}`,
    isUnused: async () => {
      const isRunning = () => child.exitCode === null && child.signalCode === null;
      if (!isRunning()) return false;
      const texts = await Promise.all(
        ['sockstat', 'sockstat6'].map((name) =>
          readFile(`/proc/${child.pid}/net/${name}`, 'utf8').catch(ifMissing('', 'ESRCH')),
        ),
      );
      return isRunning() && hasNoSockets(texts.join(''));
    },
    close: () => {
      closing ??= Promise.all([file.close(), end()]).then(() => {});
      return closing;
    },
  };
}

/** Reads `/proc/net/sockstat` and `sockstat6` of a namespace, one after the other. */
export function hasNoSockets(text: string): boolean {
  const counts = new Map<string, number>();
  for (const [, protocol = '', rest = ''] of text.matchAll(/^(\w+): (.*)$/gm)) {
    for (const [, name, count] of rest.matchAll(/(inuse|tw) (\d+)/g)) {
      counts.set(`${protocol} ${name}`, Number(count));
    }
  }
  // A kernel without IPv6 has only the first file.
  const isWhole = counts.has('TCP inuse') && counts.has('TCP tw') && counts.has('UDP inuse');
  return isWhole && [...counts.values()].every((count) => count === 0);
}
