import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { shareSocket } from '../contract/paths.ts';
import type { SharedFolder } from '../contract/shares.ts';
import { unmountIfMounted } from '../runtime/mounts/mount.ts';
import { run } from '../runtime/process/program.ts';
import type { Shares } from './shares.ts';

/**
 * Lists and attributes aren't cached, so that changes on the host are visible. Contents are read
 * again if a file's time or size has changed. The host checks permissions for its own user, no
 * matter which user asks in the guest.
 */
const OPTIONS = [
  ...['passive', 'allow_other', 'dir_cache=no', 'auto_cache', 'ac_attr_timeout=0'],
  ...['attr_timeout=0', 'entry_timeout=0', 'negative_timeout=0'],
  // Links are returned unchanged, and a container's kernel resolves them in the container.
  'no_contain_symlinks',
];

/**
 * Serves a socket for each folder that is shared over SFTP. Only root can connect: the host's SFTP
 * server. sshfs mounts the server's folder while the connection lasts. It owns the connection and
 * outlives the agent.
 */
export async function serveSftpMounts(
  shares: Shares,
  log: (message: string, cause?: unknown) => void,
): Promise<void> {
  const folders = shares.folders.filter(({ transport }) => transport === 'sftp');
  if (folders.length === 0) return;
  await run('modprobe', ['fuse']).catch((error) => log('loading the fuse module', error));
  for (const folder of folders) await serveFolder(shares, folder, log);
}

async function serveFolder(
  shares: Shares,
  folder: SharedFolder,
  log: (message: string, cause?: unknown) => void,
): Promise<void> {
  const target = shares.mountPoint(folder);
  let last: ChildProcess | undefined;
  const mountOver = async (connection: Socket) => {
    // Only the host's newest connection counts.
    if (last && last.exitCode === null && last.signalCode === null) last.kill();
    await unmountIfMounted(target);
    await mkdir(target, { recursive: true, mode: 0o700 });
    const options = [...OPTIONS, ...(folder.readOnly ? ['ro'] : [])];
    last = spawn('sshfs', [':/', target, '-f', '-o', options.join(',')], {
      stdio: [connection, connection, 'inherit'],
      detached: true,
    });
    last.unref();
    last.once('error', (error) => log('sshfs', error));
    last.once('exit', (code) => {
      log(`sshfs of ${folder.hostPath} exited with ${code}`);
    });
    connection.destroy();
  };
  const path = shareSocket(folder.tag);
  const server = createServer({ pauseOnConnect: true }, (connection) => {
    connection.on('error', () => {});
    mountOver(connection).catch((error) => {
      log(`mounting the shared folder ${folder.hostPath}`, error);
      connection.destroy();
    });
  });
  await rm(path, { force: true });
  await once(server.listen(path), 'listening');
  await chmod(path, 0o600);
}
