import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readSync } from 'node:fs';
import { mkdir, mkdtemp, open, readdir, readFile, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { StringDecoder } from 'node:string_decoder';
import type { Outcome } from '../../fixtures/outcome.ts';
import { checkout, prepareWine } from './cache.ts';
import { wineEnvironment, wineLoader } from './environment.ts';

export interface WindowsOptions {
  /** Variables in addition to wine's. */
  readonly env?: Readonly<Record<string, string>>;
  /** Current folder: a path of the host. Default: the checkout. */
  readonly cwd?: string;
  /** Standard input: a file of the host. Default: none. */
  readonly input?: string;
  /** Called with standard output and standard error as they are written. */
  readonly onOutput?: (text: string) => void;
}

/** Windows programs that see one another's processes and pipes. */
export interface WindowsSession {
  /** The host's path of `C:\users`. */
  readonly users: string;
  /** A folder of the host that Windows programs see as `windowsPath(shared)`. */
  readonly shared: string;
  /** Runs Node with these arguments until it exits. */
  node(args: readonly string[], options?: WindowsOptions): Promise<Outcome>;
  /** Kills the Windows program that has this word in its command line. */
  kill(word: string): Promise<void>;
  /** Ends all programs of the session and removes its files. */
  stop(): Promise<void>;
}

/** A path of the host as Windows programs see it: wine shows the host's files as drive Z. */
export function windowsPath(path: string): string {
  return `Z:${path.replaceAll('/', '\\')}`;
}

/** Starts a session. Its drive C: is as new, and it sees the checkout. */
export async function startSession(): Promise<WindowsSession> {
  const { root: template, modules } = await prepareWine();
  const scratch = await mkdtemp(join(tmpdir(), 'berth-win32-'));
  for (const name of ['memory', 'root', 'users', 'shared', 'output']) {
    await mkdir(join(scratch, name));
  }
  const init = spawn(
    'unshare',
    [
      ...['--mount', '--pid', '--fork', '--kill-child', '--propagation', 'private'],
      ...[join(import.meta.dirname, 'session.sh'), template, modules, scratch, checkout],
    ],
    { env: { ...process.env, ...wineEnvironment }, stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const ended = once(init, 'close');
  const stop = async () => {
    init.stdin.end();
    await ended;
    await rm(scratch, { recursive: true, force: true });
  };
  const pid = await Promise.race([
    once(createInterface(init.stdout), 'line').then(([line]) => String(line)),
    ended.then(() => undefined),
  ]);
  if (pid === undefined) {
    await stop();
    throw new Error('the Windows session ended before it was ready; its error is above');
  }
  const enter = ['--target', pid, '--mount', '--pid'];
  const users = join(scratch, 'users');
  let runs = 0;
  return {
    users,
    shared: join(scratch, 'shared'),
    stop,
    async kill(word) {
      const inside = await readlink(`/proc/${pid}/ns/pid`);
      for (const id of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
        // A process may end at any moment.
        const namespace = await readlink(`/proc/${id}/ns/pid`).catch(() => '');
        if (namespace !== inside) continue;
        const command = await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '');
        if (command.includes('node.exe') && command.includes(word)) {
          return void process.kill(Number(id), 'SIGKILL');
        }
      }
      throw new Error(`no Windows program with ${word} in its command line is running`);
    },
    async node(args, { env, cwd = checkout, input, onOutput } = {}) {
      const stdin = input === undefined ? undefined : await open(input);
      const directory = cwd.startsWith(users)
        ? join('/prefix/drive_c/users', cwd.slice(users.length))
        : cwd;
      const finished = toFiles(
        join(scratch, 'output', String(runs++)),
        onOutput,
        (stdout, stderr) =>
          spawn(
            'nsenter',
            [
              ...[...enter, 'chroot', join(scratch, 'root'), 'env', `--chdir=${directory}`],
              ...[wineLoader, 'Z:\\node\\node.exe', ...args],
            ],
            {
              env: { PATH: process.env.PATH, ...wineEnvironment, ...env },
              stdio: [stdin?.fd ?? 'ignore', stdout, stderr],
            },
          ),
      );
      return await finished.finally(() => stdin?.close());
    },
  };
}

/** Runs a program whose output goes to files. Windows programs can't write to the host's pipes. */
async function toFiles(
  base: string,
  onOutput: ((text: string) => void) | undefined,
  start: (stdout: number, stderr: number) => ReturnType<typeof spawn>,
): Promise<Outcome> {
  const stdoutFile = await open(`${base}.out`, 'w+');
  const stderrFile = onOutput ? stdoutFile : await open(`${base}.err`, 'w+');
  try {
    const child = start(stdoutFile.fd, stderrFile.fd);
    const stopFollowing = onOutput && followFile(`${base}.out`, onOutput);
    const [code]: (number | null)[] = await once(child, 'close');
    stopFollowing?.();
    return {
      exitCode: code ?? null,
      stdout: await readFile(`${base}.out`, 'utf8'),
      stderr: onOutput ? '' : await readFile(`${base}.err`, 'utf8'),
    };
  } finally {
    await stdoutFile.close();
    if (stderrFile !== stdoutFile) await stderrFile.close();
  }
}

/** Passes on what is written to a file. Returns a function that passes on the rest and ends this. */
function followFile(path: string, onOutput: (text: string) => void): () => void {
  const file = openSync(path, 'r');
  const decoder = new StringDecoder();
  const buffer = Buffer.alloc(65_536);
  const passOn = () => {
    for (let length = -1; length !== 0; ) {
      length = readSync(file, buffer);
      if (length > 0) onOutput(decoder.write(buffer.subarray(0, length)));
    }
  };
  const timer = setInterval(passOn, 200);
  return () => {
    clearInterval(timer);
    passOn();
    closeSync(file);
  };
}
