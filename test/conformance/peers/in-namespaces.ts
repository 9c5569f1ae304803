import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openCgroup } from './own-cgroup.ts';

/** A script in its own namespaces. */
export interface InNamespaces {
  /** The process that created the namespaces. Its only child is their process 1. */
  readonly pid: number;
  stop(): Promise<void>;
}

/**
 * Runs a script in its own namespaces (root only). Resolves when an engine answers on `socket`. All
 * processes that the script started end with the script.
 */
export async function startInNamespaces(
  directory: string,
  socket: string,
  script: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<InNamespaces> {
  if (process.geteuid?.() !== 0) {
    throw new Error('only root can run an engine in namespaces of this host');
  }
  await mkdir(directory, { recursive: true });
  const logPath = join(directory, 'log');
  const log = await open(logPath, 'w');
  // The root of the cgroup namespace, so that engines on this host don't see each other's cgroups.
  const cgroup = await openCgroup();
  const child = spawn(
    'sh',
    [
      ...['-c', '[ -z "$0" ] || echo $$ >"$0/cgroup.procs"; exec unshare "$@"', cgroup.path],
      ...['--mount', '--net', '--pid', '--ipc', '--uts', '--cgroup'],
      ...['--fork', '--kill-child=KILL', '--mount-proc'],
      ...[join(import.meta.dirname, script), directory, ...words],
    ],
    { stdio: ['ignore', log.fd, log.fd], env: { ...process.env, ...environment } },
  );
  const ended = once(child, 'exit');
  await log.close();
  const stop = async () => {
    child.kill('SIGKILL');
    await ended;
    await cgroup.remove();
  };
  const deadline = Date.now() + 60_000;
  while (!(await answers(socket))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`${script} gives no engine:\n${await readFile(logPath, 'utf8')}`);
    }
    await delay(100);
  }
  await cgroup.moveProcesses();
  if (child.pid === undefined) throw new Error(`${script} has no process`);
  return { pid: child.pid, stop };
}

async function answers(socketPath: string): Promise<boolean> {
  const ping = request({ socketPath, path: '/_ping' });
  ping.end();
  return once(ping, 'response').then(
    ([response]) => {
      response.resume();
      return response.statusCode === 200;
    },
    () => false,
  );
}
