import { lstat, mkdir, readlink, rename, rm, symlink } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { quoted } from '../../../guest-agent/grammar/shell-words.ts';
import { HostError } from '../base/errors.ts';
import { loggerOf } from '../base/log.ts';
import { unlessMissing } from '../base/system-error.ts';

const log = loggerOf('docker-cli');

/** Where tools look that know no contexts; Docker Desktop puts its own there. */
export const userSocketPath = (home = homedir()) => join(home, '.docker', 'run', 'docker.sock');

/**
 * Links `~/.docker/run/docker.sock` to a machine's engine. Idempotent; a link is replaced, anything
 * else in its place is somebody's and stays: HostError 'invalid'. Not on Windows, whose pipes
 * cannot be linked.
 */
export async function linkUserSocket(
  engineSocket: string,
  path = userSocketPath(),
): Promise<string> {
  await requireLink(path);
  await mkdir(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}.tmp`;
  await rm(unfinished, { force: true });
  await symlink(engineSocket, unfinished);
  await rename(unfinished, path);
  return path;
}

/** Takes the link away if it leads to that engine; answers whether it did. */
export async function unlinkUserSocket(
  engineSocket: string,
  path = userSocketPath(),
): Promise<boolean> {
  if ((await log.attempt(`Looking at ${path}`, readlink(path))) !== engineSocket) return false;
  await rm(path);
  return true;
}

/** What an administrator runs for tools that know `/var/run/docker.sock` alone. */
export function systemLinkCommand(engineSocket: string): string {
  return `sudo ln -sf ${quoted(engineSocket)} /var/run/docker.sock`;
}

async function requireLink(path: string): Promise<void> {
  if (process.platform === 'win32') {
    throw new HostError('invalid', 'Windows cannot link named pipes', {
      hint: 'Use the context: `berth context use`.',
    });
  }
  const found = await lstat(path).catch(unlessMissing);
  if (!found || found.isSymbolicLink()) return;
  throw new HostError('invalid', `${path} is there, and is not a link`, {
    hint: 'Another engine, such as Docker Desktop, may use it. Remove it if none does.',
  });
}
