import { lstat, mkdir, readlink, rename, rm, symlink } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { quoted } from '../../../guest-agent/grammar/shell-words.ts';
import { HostError } from '../base/errors.ts';
import { loggerOf } from '../base/log.ts';
import { unlessMissing } from '../base/system-error.ts';

const log = loggerOf('docker-cli');

/** The socket of tools that don't know contexts. Docker Desktop puts its own there. */
export const userSocketPath = (home = homedir()) => join(home, '.docker', 'run', 'docker.sock');

/**
 * Links `~/.docker/run/docker.sock` to a VM's engine. Idempotent. Replaces an existing link; any
 * other file belongs to another program and stays (HostError 'invalid'). Not on Windows, where
 * named pipes can't be linked.
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

/** Removes the link if it leads to this engine; returns whether it did. */
export async function unlinkUserSocket(
  engineSocket: string,
  path = userSocketPath(),
): Promise<boolean> {
  if ((await log.attempt(`Reading the metadata of ${path}`, readlink(path))) !== engineSocket)
    return false;
  await rm(path);
  return true;
}

/** The command for tools that only know `/var/run/docker.sock`; it needs administrator rights. */
export function systemLinkCommand(engineSocket: string): string {
  return `sudo ln -sf ${quoted(engineSocket)} /var/run/docker.sock`;
}

async function requireLink(path: string): Promise<void> {
  if (process.platform === 'win32') {
    throw new HostError('invalid', `Windows can't link named pipes`, {
      hint: 'Use the context instead: `berth context use`.',
    });
  }
  const found = await lstat(path).catch(unlessMissing);
  if (!found || found.isSymbolicLink()) return;
  throw new HostError('invalid', `${path} already exists and isn't a link`, {
    hint: 'Another engine, such as Docker Desktop, may use it. If none does, remove it.',
  });
}
