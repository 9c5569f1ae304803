import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** A script that runs in its own namespaces. */
export interface InNamespaces {
  /** The script's process, by which others can enter the namespaces. */
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
): Promise<InNamespaces> {
  if (process.geteuid?.() !== 0) {
    throw new Error('only root can run an engine in namespaces of this host');
  }
  await mkdir(directory, { recursive: true });
  const logPath = join(directory, 'log');
  const log = await open(logPath, 'w');
  const child = spawn(
    'unshare',
    [
      ...['--mount', '--net', '--pid', '--ipc', '--uts', '--cgroup'],
      ...['--fork', '--kill-child=KILL', '--mount-proc'],
      ...[join(import.meta.dirname, script), directory, ...words],
    ],
    { stdio: ['ignore', log.fd, log.fd] },
  );
  const ended = once(child, 'exit');
  await log.close();
  const stop = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  const deadline = Date.now() + 60_000;
  while (!(await answers(socket))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`${script} gives no engine:\n${await readFile(logPath, 'utf8')}`);
    }
    await delay(100);
  }
  const children = await readFile(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8');
  return { pid: Number(children.trim()), stop };
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
