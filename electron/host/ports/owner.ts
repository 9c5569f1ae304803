import { readdir, readFile, readlink } from 'node:fs/promises';
import { z } from 'zod';
import { runProgram } from '../process.ts';

/** The process that listens on a port. */
export interface PortOwner {
  readonly pid: number;
  readonly name: string;
}

/** Who listens on a TCP port of this computer; undefined when the system does not tell this user. */
export async function portOwner(
  port: number,
  platform: NodeJS.Platform = process.platform,
): Promise<PortOwner | undefined> {
  try {
    if (platform === 'linux') return await ownerInProc(port);
    return await (platform === 'win32' ? ownerByPowerShell(port) : ownerByLsof(port));
  } catch {
    return undefined;
  }
}

const LISTEN = '0A';

/** Columns of /proc/net/tcp: address:port in hexadecimal (2), state (4), inode (10). */
async function ownerInProc(port: number): Promise<PortOwner | undefined> {
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((path) => readFile(path, 'utf8').catch(() => '')),
  );
  const sockets = new Set(
    tables
      .flatMap((table) => table.split('\n').map((line) => line.trim().split(/\s+/)))
      .filter(
        ([, local = '', , state]) =>
          state === LISTEN && Number.parseInt(local.split(':')[1] ?? '', 16) === port,
      )
      .map((columns) => `socket:[${columns[9]}]`),
  );
  if (sockets.size === 0) return undefined;
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    // Those of other users cannot be read.
    const files = await readdir(`/proc/${pid}/fd`).catch(() => []);
    const links = files.map((file) => readlink(`/proc/${pid}/fd/${file}`).catch(() => ''));
    if (!(await Promise.all(links)).some((link) => sockets.has(link))) continue;
    return { pid: Number(pid), name: (await readFile(`/proc/${pid}/comm`, 'utf8')).trim() };
  }
  return undefined;
}

/** `-F` prints a field a line, each with its letter before it: p(rocess), c(ommand). */
async function ownerByLsof(port: number): Promise<PortOwner | undefined> {
  const words = ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'];
  const { stdout } = await runProgram('lsof', words);
  const match = /^p(\d+)\nc(.*)$/m.exec(stdout);
  return match ? { pid: Number(match[1]), name: match[2] ?? '' } : undefined;
}

const processSchema = z.object({ Id: z.number().int(), ProcessName: z.string() });

async function ownerByPowerShell(port: number): Promise<PortOwner | undefined> {
  const script = `
    $listener = Get-NetTCPConnection -State Listen -LocalPort ${port} | Select-Object -First 1
    Get-Process -Id $listener.OwningProcess | Select-Object Id, ProcessName | ConvertTo-Json`;
  const words = ['-NoProfile', '-NonInteractive', '-Command', script];
  const { stdout } = await runProgram('powershell.exe', words);
  const { Id, ProcessName } = processSchema.parse(JSON.parse(stdout));
  return { pid: Id, name: ProcessName };
}
