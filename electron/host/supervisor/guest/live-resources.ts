import { guestPaths } from '../../../../guest-agent/contract/paths.ts';
import { loggerOf } from '../../base/log.ts';
import { exec } from '../bridge/channels.ts';
import type { Bridge } from '../bridge/connection.ts';
import type { Machine, MachineResources, Resource } from '../machine.ts';

const log = loggerOf('guest');

/**
 * The memory to leave free in the VM when some is taken from it: containers can't use all of it.
 */
const reserveMiB = 256;

/**
 * Changes the resources of a running VM and makes the VM use them; returns which of them were
 * applied. The others need a restart, also if the VM couldn't apply them or has an older image.
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

/** Don't take memory that containers use: one of them would be killed. */
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
  if (code !== 0) log.warn(`The VM couldn't change its ${what}: ${stderr.trim()}`);
  return code === 0;
}
