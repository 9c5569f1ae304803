import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ifMissing } from '../errors.ts';

/** A name that one container gives another, and the other's addresses. */
export interface LinkName {
  readonly alias: string;
  readonly addresses: readonly string[];
}

/**
 * Gives containers names that only the container `id` and they themselves can look up. netavark
 * can't write such names, so Berth writes a network with only these names for netavark's name
 * server. Replaces the earlier names of `id`. Nothing else may change netavark's state meanwhile.
 */
export async function writeLinkNames(
  netavark: string,
  id: string,
  names: readonly LinkName[],
): Promise<void> {
  const directory = join(netavark, 'aardvark-dns');
  // As an internal network, it changes neither container's servers for other names.
  const path = join(directory, `links-${id}%int`);
  const before = await readFile(path, 'utf8').catch(ifMissing(''));
  const content = names.length === 0 ? '' : linesOf(id, names).join('');
  if (content === before) return;
  await mkdir(directory, { recursive: true });
  if (content === '') await rm(path);
  else await writeFile(path, content);
  await reload(join(directory, 'aardvark.pid'));
}

/** aardvark-dns's configuration: addresses to listen on, then the ID, addresses and names. */
function linesOf(id: string, names: readonly LinkName[]): string[] {
  return [
    `${ownAddress(id)}\n`,
    // Only makes the container know the names that follow.
    `${id}   ${id.slice(0, 12)}\n`,
    ...names.map(({ alias, addresses }, index) => {
      const ofFamily = (isSix: boolean) =>
        addresses.filter((address) => address.includes(':') === isSix).join(',');
      return `${id}-${index} ${ofFamily(false)} ${ofFamily(true)} ${alias}\n`;
    }),
  ];
}

/** A network needs an address to listen on, though nothing asks there. */
function ownAddress(id: string): string {
  const [first = 0, ...more] = Buffer.from(id.slice(0, 6), 'hex');
  return ['127', 128 + (first & 63), ...more].join('.');
}

/** Makes the name server read its configuration. Without a process ID, it doesn't run. */
async function reload(pidFile: string): Promise<void> {
  const pid = Number(await readFile(pidFile, 'utf8').catch(ifMissing('')));
  if (!(pid > 1)) return;
  try {
    process.kill(pid, 'SIGHUP');
  } catch (error) {
    // The server has ended, and netavark starts the next one.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
