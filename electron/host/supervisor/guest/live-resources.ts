import { guestPaths } from '../../../../guest-agent/contract/paths.ts';
import { loggerOf } from '../../base/log.ts';
import { exec } from '../bridge/channels.ts';
import type { Bridge } from '../bridge/connection.ts';
import type { Machine, MachineResources, Resource } from '../machine.ts';

const log = loggerOf('guest');

/** What stays free of the guest's memory when some is taken from it: containers can't use all of it. */
const reserveMiB = 256;

/**
 * Gives a running machine other resources than it has, and has its guest use them; answers which of
 * them are as asked. The rest takes a start, also where the guest could not, or is of an older image.
 */
export async function changeResources(
  machine: Machine,
  bridge: Bridge,
  has: MachineResources,
  wanted: MachineResources,
): Promise<Resource[]> {
  const memoryMiB = await memoryWithin(bridge, has.memoryMiB, wanted.memoryMiB);
  const given = await machine.resize({ ...wanted, memoryMiB });
  const taken: Resource[] = [];
  for (const resource of given) {
    if (resource === 'memoryMiB' && memoryMiB !== wanted.memoryMiB) continue;
    if (await isTaken(bridge, resource, wanted)) taken.push(resource);
  }
  return taken;
}

/** Containers are not to lose memory that they use: one of them would be killed for the want of it. */
async function memoryWithin(bridge: Bridge, has: number, wanted: number): Promise<number> {
  if (wanted >= has) return wanted;
  const { stdout } = await exec(bridge, 'cat /proc/meminfo');
  const available = Number(/^MemAvailable: +(\d+) kB$/m.exec(stdout)?.[1] ?? 0) / 1024;
  return available - (has - wanted) >= reserveMiB ? wanted : has;
}

async function isTaken(
  bridge: Bridge,
  resource: Resource,
  { cpus }: MachineResources,
): Promise<boolean> {
  const what = { cpus: `processors ${cpus}`, memoryMiB: 'memory', diskGiB: 'disk' }[resource];
  const { code, stderr } = await exec(bridge, `${guestPaths.resize} ${what}`);
  if (code !== 0) log.warn(`The guest does not change its ${what}: ${stderr.trim()}`);
  return code === 0;
}
