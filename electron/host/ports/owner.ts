import { readdir, readFile, readlink } from 'node:fs/promises';
import * as z from 'zod';
import type { PublishedPort } from '../../api/ports.ts';
import { loggerOf } from '../base/log.ts';
import { powerShellArguments } from '../base/power-shell.ts';
import { runProgram } from '../base/process.ts';
import { isSystemError, unlessMissing } from '../base/system-error.ts';

const log = loggerOf('ports');

/** The process that uses a port. */
export interface PortOwner {
  readonly pid: number;
  readonly name: string;
}

/** Finds the process that uses a host port; undefined if the system doesn't tell this user. */
export async function portOwner(
  protocol: Protocol,
  port: number,
  platform: NodeJS.Platform = process.platform,
): Promise<PortOwner | undefined> {
  try {
    if (platform === 'linux') return await ownerInProc(protocol, port);
    return await (platform === 'win32'
      ? ownerByPowerShell(protocol, port)
      : ownerByLsof(protocol, port));
  } catch (error) {
    log.debug(`Looking for the process that uses port ${port}`, error);
    return undefined;
  }
}

type Protocol = PublishedPort['protocol'];

/** The state of a socket with a port and no peer: TCP_LISTEN, or TCP_CLOSE for UDP. */
const FREE: Readonly<Record<string, string>> = { tcp: '0A', udp: '07' };

const readText = async (path: string) => (await readFile(path, 'utf8').catch(unlessMissing)) ?? '';

/** The process has exited or belongs to another user. */
function unlessUnreadable(error: unknown): undefined {
  if (!isSystemError(error)) throw error;
}

/** Columns of /proc/net/{tcp,udp}: address:port in hexadecimal (2), state (4), inode (10). */
async function ownerInProc(protocol: Protocol, port: number): Promise<PortOwner | undefined> {
  const tables = await Promise.all(
    [protocol, `${protocol}6`].map((name) => readText(`/proc/net/${name}`)),
  );
  const sockets = new Set(
    tables
      .flatMap((table) => table.split('\n').map((line) => line.trim().split(/\s+/)))
      .filter(
        ([, local = '', , state]) =>
          state === FREE[protocol] && Number.parseInt(local.split(':')[1] ?? '', 16) === port,
      )
      .map((columns) => `socket:[${columns[9]}]`),
  );
  if (sockets.size === 0) return undefined;
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    // Other users' processes can't be read.
    const files = (await readdir(`/proc/${pid}/fd`).catch(unlessUnreadable)) ?? [];
    const links = files.map((file) => readlink(`/proc/${pid}/fd/${file}`).catch(unlessUnreadable));
    if (!(await Promise.all(links)).some((link) => link !== undefined && sockets.has(link)))
      continue;
    return { pid: Number(pid), name: (await readFile(`/proc/${pid}/comm`, 'utf8')).trim() };
  }
  return undefined;
}

/** `-F` prints one field per line, each after its letter: p(rocess), c(ommand). */
async function ownerByLsof(protocol: Protocol, port: number): Promise<PortOwner | undefined> {
  const state = protocol === 'tcp' ? ['-sTCP:LISTEN'] : [];
  const words = ['-nP', `-i${protocol.toUpperCase()}:${port}`, ...state, '-Fpc'];
  const { stdout } = await runProgram('lsof', words);
  const match = /^p(\d+)\nc(.*)$/m.exec(stdout);
  return match ? { pid: Number(match[1]), name: match[2] ?? '' } : undefined;
}

const processSchema = z.object({ Id: z.number().int(), ProcessName: z.string() });

async function ownerByPowerShell(protocol: Protocol, port: number): Promise<PortOwner | undefined> {
  const find = protocol === 'tcp' ? 'Get-NetTCPConnection -State Listen' : 'Get-NetUDPEndpoint';
  const script = `
    $owner = ${find} -LocalPort ${port} | Select-Object -First 1
    Get-Process -Id $owner.OwningProcess | Select-Object Id, ProcessName | ConvertTo-Json`;
  const { stdout } = await runProgram('powershell.exe', powerShellArguments(script));
  const { Id, ProcessName } = processSchema.parse(JSON.parse(stdout));
  return { pid: Id, name: ProcessName };
}
